//! One secret from Secrets Manager, kept for a while.

use std::sync::{Mutex, PoisonError};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use jiff::{SignedDuration, Timestamp};
use ports::{Clock, PortError, ReadSecret, Secret};

use crate::error::failed;

/// How long a value is believed.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(5);

/// How long a value is believed by whoever has reason to doubt it, and how long a secret that nobody has set stays unset.
const DOUBTED_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A secret by its name or ARN. Nothing is read before it is asked for.
#[derive(Debug)]
pub struct Secrets<C> {
    client: Client,
    name: String,
    clock: C,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    value: Option<Secret<String>>,
    read_at: Timestamp,
}

impl Kept {
    fn is_believed(&self, fresh: bool, now: Timestamp) -> bool {
        let age = now.duration_since(self.read_at);
        let limit = if fresh || self.value.is_none() { DOUBTED_AFTER } else { KEPT_FOR };
        SignedDuration::ZERO <= age && age < limit
    }
}

impl<C: Clock> Secrets<C> {
    pub(crate) fn new(client: Client, name: String, clock: C) -> Self {
        Self { client, name, clock, kept: Mutex::new(None) }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self) -> Result<Option<Secret<String>>, PortError> {
        let action = "read a secret";
        match self.client.get_secret_value().secret_id(&self.name).send().await {
            Ok(found) => match found.secret_string {
                Some(value) => Ok(Some(Secret::new(value))),
                None => Err(PortError::new(action, "the secret is binary")),
            },
            // A secret without a value answers as one that does not exist.
            Err(error)
                if error.as_service_error().is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(failed(action)(error)),
        }
    }
}

impl<C: Clock> ReadSecret for Secrets<C> {
    async fn secret(&self, fresh: bool) -> Result<Option<Secret<String>>, PortError> {
        let now = self.clock.now();
        let believed = self.kept().clone().filter(|kept| kept.is_believed(fresh, now));
        if let Some(kept) = believed {
            return Ok(kept.value);
        }
        let value = self.read().await?;
        *self.kept() = Some(Kept { value: value.clone(), read_at: now });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::wire::answering;

    #[derive(Default)]
    struct Seconds(Arc<AtomicI64>);

    impl Clock for Seconds {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
        }
    }

    const UNSET: (u16, &str) = (400, r#"{"__type":"ResourceNotFoundException","Message":"no value"}"#);

    #[tokio::test]
    async fn a_secret_is_kept_for_five_minutes_and_doubted_after_one() {
        let answers = [
            UNSET,
            (200, r#"{"SecretString":"a"}"#),
            (200, r#"{"SecretString":"b"}"#),
            (200, r#"{"SecretString":"c"}"#),
        ];
        let (clients, requests) = answering(&answers);
        let seconds = Arc::new(AtomicI64::new(0));
        let secret = clients.secret("webhook", Seconds(Arc::clone(&seconds)));
        for (at, fresh, expected) in [
            (0, false, None),
            (59, true, None),
            (60, false, Some("a")),
            (119, true, Some("a")),
            (120, true, Some("b")),
            (419, false, Some("b")),
            (420, false, Some("c")),
        ] {
            seconds.store(at, Ordering::Relaxed);
            let value = secret.secret(fresh).await.unwrap();
            assert_eq!(value.as_ref().map(|value| value.expose().as_str()), expected, "at {at} s");
        }
        let asked: Vec<_> = requests.try_iter().collect();
        assert_eq!(asked.len(), 4);
        assert!(asked.iter().all(|request| request.body == r#"{"SecretId":"webhook"}"#));
    }

    #[tokio::test]
    async fn what_is_not_known_is_an_error_and_not_kept() {
        let refused = (400, r#"{"__type":"AccessDeniedException","Message":"no"}"#);
        let (clients, _requests) = answering(&[refused, (200, r#"{"SecretString":"a"}"#)]);
        let secret = clients.secret("webhook", Seconds::default());
        assert!(secret.secret(false).await.is_err());
        assert!(secret.secret(false).await.unwrap().is_some());
    }
}
