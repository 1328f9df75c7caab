//! Connections that can be cut: before a reply, or in the middle of one.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The end of a reply's headers.
const HEAD_END: &[u8] = b"\r\n\r\n";

/// Cuts the connection it came with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(Arc<Mutex<Mode>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// Everything is written.
    #[default]
    Whole,
    /// The next write loses the second half of the reply's body.
    HalfBody,
    /// Nothing is written any more.
    Nothing,
}

impl Cut {
    /// Nothing more is sent, not even a status.
    pub(crate) fn at_once(&self) {
        self.set(Mode::Nothing);
    }

    /// The next reply's headers and half of its body are sent, and nothing more.
    pub(crate) fn in_the_body(&self) {
        self.set(Mode::HalfBody);
    }

    fn set(&self, mode: Mode) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }

    fn mode(&self) -> Mode {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens for connections that can be cut.
pub(crate) struct CuttableListener(pub(crate) TcpListener);

/// A connection that can be cut.
pub(crate) struct CuttableStream {
    inner: TcpStream,
    cut: Cut,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (inner, address) = Listener::accept(&mut self.0).await;
        (CuttableStream { inner, cut: Cut::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, into)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.cut.mode() {
            Mode::Whole => Pin::new(&mut self.inner).poll_write(context, bytes),
            Mode::Nothing => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            Mode::HalfBody => {
                let written = Pin::new(&mut self.inner).poll_write(context, half_body(bytes));
                if written.is_ready() {
                    self.cut.at_once();
                }
                written
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// The headers and half of what follows them.
fn half_body(reply: &[u8]) -> &[u8] {
    let head = reply.windows(HEAD_END.len()).position(|window| window == HEAD_END);
    let body_start = head.map_or(0, |start| start + HEAD_END.len());
    &reply[..body_start + (reply.len() - body_start) / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_body_keeps_its_headers() {
        for (reply, half) in
            [("a: b\r\n\r\n12345678", "a: b\r\n\r\n1234"), ("a: b\r\n\r\n", "a: b\r\n\r\n"), ("1234", "12")]
        {
            assert_eq!(half_body(reply.as_bytes()), half.as_bytes());
        }
    }
}
