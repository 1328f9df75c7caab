//! Neither the key nor anything of the driver shows itself.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ports::{Secret, TakePayments};
use stripe_double::{Fault, PlannedFault};

use crate::StripeClient;
use crate::tests::shop::{EMAIL, KEY, Shop, client};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_that_is_logged_holds_a_secret() {
    let log = Log::default();
    let writer = log.clone();
    let shop = Shop::with_card("pm_card_visa_chargeDeclinedLostCard").await;
    let logger = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let logging = tracing::subscriber::set_default(logger.finish());
    let id = shop.stripe.create_intent("k:create", &shop.request).await.unwrap().id;
    let declined = shop.stripe.confirm_intent("k:confirm:1", &id, &shop.request.payment_method).await.unwrap_err();
    shop.handle().faults().plan(PlannedFault::new("*", Fault::DropAfter));
    let dropped = shop.stripe.create_intent("k:other", &shop.request).await.unwrap_err();
    let refused = client(&shop.base(), "sk_test_the_wrong_key").read_intent(&id).await.unwrap_err();
    drop(logging);
    let mut shown = vec![String::from_utf8(log.0.lock().unwrap().clone()).unwrap(), format!("{:?}", shop.stripe)];
    assert!(shown[0].contains("/payment_intents"), "there is a log: {shown:?}");
    for error in [declined, dropped, refused] {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        shown.push(format!("{error} {error:?} {source:?}"));
    }
    for secret in [KEY, "sk_test_the_wrong_key", EMAIL, "_secret_"] {
        assert!(!shown.concat().contains(secret), "{secret} in {shown:?}");
    }
}

#[test]
fn a_key_that_cannot_be_a_header_is_told_without_it() {
    let key = Secret::new("sk_test_\nbroken".to_owned());
    let error = StripeClient::new(&key, None, std::time::Duration::from_secs(1)).unwrap_err();
    let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error).map(ToString::to_string));
    assert!(!shown.contains("broken"), "{shown}");
}
