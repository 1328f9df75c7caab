//! Pages on which a card is saved: Checkout sessions in setup mode (docs.stripe.com/api/checkout/sessions).
//!
//! The requests are written here, for the client of the SDK: its own module for Checkout reads objects with everything that a session can
//! sell, of which a dozen fields are wanted.

use billing::payment::CardPage;
use jiff::Timestamp;
use miniserde::Deserialize;
use ports::{CardOrder, PageState, PaymentError, SaveCards, SavedCard};
use serde::Serialize;
use stripe::StripeRequest;
use stripe_client_core::{RequestBuilder, StripeMethod};

use crate::StripeClient;
use crate::client::Repeat;

/// The setup intent says which card was saved, and is shown in place of its id.
const EXPAND: [&str; 1] = ["setup_intent"];

impl SaveCards for StripeClient {
    async fn open_card_page(&self, key: &str, order: &CardOrder) -> Result<PageState, PaymentError> {
        shown(self.send(&Open::of(order), Repeat::Under(key)).await?)
    }

    async fn read_card_page(&self, page: &str) -> Result<PageState, PaymentError> {
        shown(self.send(&Retrieve { page }, Repeat::Freely).await?)
    }
}

/// `POST /v1/checkout/sessions`.
#[derive(Serialize)]
struct Open<'a> {
    mode: &'static str,
    currency: String,
    success_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_creation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_email: Option<&'a str>,
    locale: &'a str,
    metadata: Metadata<'a>,
    expand: [&'static str; 1],
}

#[derive(Serialize)]
struct Metadata<'a> {
    driver: &'a str,
}

impl<'a> Open<'a> {
    fn of(order: &'a CardOrder) -> Self {
        let is_new = order.customer.is_none();
        Self {
            mode: "setup",
            currency: order.currency.code().to_lowercase(),
            success_url: &order.return_to,
            customer: order.customer.as_deref(),
            customer_creation: is_new.then_some("always"),
            customer_email: order.email.as_deref().filter(|_| is_new),
            locale: &order.language,
            metadata: Metadata { driver: order.driver.as_str() },
            expand: EXPAND,
        }
    }
}

impl StripeRequest for Open<'_> {
    type Output = CheckoutSession;

    fn build(&self) -> RequestBuilder {
        RequestBuilder::new(StripeMethod::Post, "/checkout/sessions").form(self)
    }
}

/// `GET /v1/checkout/sessions/{id}`.
struct Retrieve<'a> {
    page: &'a str,
}

#[derive(Serialize)]
struct Expand {
    expand: [&'static str; 1],
}

impl StripeRequest for Retrieve<'_> {
    type Output = CheckoutSession;

    fn build(&self) -> RequestBuilder {
        let path = format!("/checkout/sessions/{}", self.page);
        RequestBuilder::new(StripeMethod::Get, path).query(&Expand { expand: EXPAND })
    }
}

/// The little of a Checkout session that is read.
#[derive(Deserialize)]
struct CheckoutSession {
    id: String,
    status: Option<String>,
    url: Option<String>,
    expires_at: i64,
    customer: Option<String>,
    setup_intent: Option<SetupIntent>,
}

#[derive(Deserialize)]
struct SetupIntent {
    status: String,
    payment_method: Option<String>,
}

/// A page as the domain knows it; what cannot be understood is asked again.
fn shown(session: CheckoutSession) -> Result<PageState, PaymentError> {
    let unknown = |what: &'static str| PaymentError::Unknown(what.into());
    match session.status.as_deref() {
        Some("open") => Ok(PageState::Open(CardPage {
            id: session.id,
            url: session.url.ok_or_else(|| unknown("an open page has no address"))?,
            expires_at: Timestamp::from_second(session.expires_at)
                .map_err(|error| PaymentError::Unknown(error.into()))?,
        })),
        Some("complete") => {
            let setup = session.setup_intent.filter(|setup| setup.status == "succeeded");
            let payment_method = setup.and_then(|setup| setup.payment_method);
            match (session.customer, payment_method) {
                (Some(customer), Some(payment_method)) => {
                    Ok(PageState::Complete(SavedCard { customer, payment_method }))
                }
                (_, _) => Err(unknown("a page that was filled in shows no card of a customer")),
            }
        }
        Some("expired") => Ok(PageState::Expired),
        Some(_) | None => Err(unknown("a page is in a state that is not known")),
    }
}
