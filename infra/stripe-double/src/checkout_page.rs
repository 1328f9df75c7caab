//! The page a customer saves a card on (`docs.stripe.com/payments/checkout/how-checkout-works`); the double's has no
//! fields for card numbers, only a list of test cards.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::cards;
use crate::checkout_sessions::{CheckoutSession, Status};
use crate::counter::CheckoutError;
use crate::double::Double;
use crate::form::Params;
use crate::handle::Handle;

/// The session a path leads to, if it is that of a page.
pub(crate) fn session_of(path: &str) -> Option<&str> {
    path.strip_prefix("/c/pay/").filter(|id| !id.is_empty() && !id.contains('/'))
}

/// Shows the page, or submits it with the form's `card`.
pub(crate) fn answer(double: &std::sync::Arc<Double>, method: &Method, id: &str, form: &[u8]) -> Response {
    double.pass_time();
    let found = double.document(id).and_then(|document| serde_json::from_value(document).ok());
    let Some(session) = found.filter(|session: &CheckoutSession| session.status == Status::Open) else {
        return page(StatusCode::NOT_FOUND, "<p>This page is no longer there, or never was.</p>");
    };
    if *method != Method::POST {
        return page(StatusCode::OK, &choice(&session, None));
    }
    let card = Params::parse(form).and_then(|params| params.owned("card")).ok().flatten().unwrap_or_default();
    match (Handle { double: std::sync::Arc::clone(double) }).complete_checkout(id, &card) {
        Ok(_) => redirect(&session.success_url()),
        Err(error @ (CheckoutError::Card(_) | CheckoutError::Declined(_))) => {
            page(StatusCode::OK, &choice(&session, Some(&error.to_string())))
        }
        Err(error @ (CheckoutError::NotOpen(_) | CheckoutError::Failed(_))) => {
            page(StatusCode::CONFLICT, &format!("<p>{}</p>", escape(&error.to_string())))
        }
    }
}

fn choice(session: &CheckoutSession, notice: Option<&str>) -> String {
    let mut html = String::new();
    if let Some(notice) = notice {
        _ = write!(html, "<p role=\"alert\">{}</p>", escape(notice));
    }
    html.push_str("<form method=\"post\"><label>Test card <select name=\"card\">");
    for card in cards::all() {
        _ = write!(html, "<option value=\"{0}\">{1} {0}</option>", card.name, card.last4);
    }
    html.push_str("</select></label> <button>Save card</button></form>");
    if let Some(url) = &session.cancel_url {
        _ = write!(html, "<p><a href=\"{}\">Back</a></p>", escape(url));
    }
    html
}

fn page(status: StatusCode, content: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Stripe double</title>\
         <h1>Save a card</h1><p>This is a double of Stripe's page. No money moves.</p>{content}</html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

fn redirect(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        return page(StatusCode::OK, "<p>The card is saved.</p>");
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_pages_lead_to_a_session() {
        for (path, expected) in [
            ("/c/pay/cs_test_1", Some("cs_test_1")),
            ("/c/pay/", None),
            ("/c/pay/cs/1", None),
            ("/v1/checkout/sessions", None),
        ] {
            assert_eq!(session_of(path), expected, "{path}");
        }
    }

    #[test]
    fn what_came_from_outside_is_text() {
        assert_eq!(escape("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;");
    }
}
