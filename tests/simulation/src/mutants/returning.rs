//! Mistakes with what goes back.

use ports::{GiveBack, PaymentError, RefundRequest, ShownDispute, ShownRefund};

use super::{Mutant, Sabotaged};

impl GiveBack for Sabotaged {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        if self.is(Mutant::RefundKeyRandom) {
            let key = format!("{}-{}", request.key, self.wires.core.lock().chance.number());
            return self.wires.create_refund(&RefundRequest { key, ..request.clone() }).await;
        }
        self.wires.create_refund(request).await
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        self.wires.find_refund(request).await
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        self.wires.read_refund(refund).await
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        self.wires.disputes_of(intent).await
    }
}
