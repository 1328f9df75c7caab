//! The HTTP side of the local system: the template's routes (the Stripe webhook), and what `show`, `load` and `export` ask for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use clap::ValueEnum;
use jiff::SignedDuration;
use lambda::Call;
use messages::StationId;
use ports::{KeepAssets, ReadStations, RemoveStations};
use tokio::net::TcpListener;

use crate::cli::What;
use crate::exit::Failure;
use crate::functions::Functions;
use crate::hold::{Asked, Refused, open};
use crate::orders::{self, Order};
use crate::seed::Seed;
use crate::show::Store;
use crate::template::HttpRoute;

/// The largest body that is read, bytes; the payload limit of API Gateway.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// What the server works with.
pub struct Api {
    /// The functions behind the template's routes.
    pub functions: Arc<Functions>,
    /// The template's routes.
    pub routes: Vec<HttpRoute>,
    /// What is stored.
    pub store: Store,
    /// Told about drivers that were loaded, so that Stripe knows them too.
    pub stripe: stripe_double::Handle,
    /// The bearer token that `show`, `load` and `export` need.
    pub token: String,
}

/// Opens the socket.
///
/// # Errors
/// The port is taken or not allowed.
pub async fn listen(host: IpAddr, port: u16) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((host, port)).await?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}

/// Serves until the task is dropped.
///
/// # Errors
/// The socket failed.
pub async fn serve(listener: TcpListener, api: Api) -> std::io::Result<()> {
    let router = axum::Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/show/{what}", get(show))
        .route("/load", post(load))
        .route("/export", get(export))
        .route("/holds", post(hold))
        .route("/orders", post(order))
        .route("/reconcile/{days}", get(reconcile))
        .route("/stations/{id}", delete(retire))
        .fallback(any(function))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(api));
    axum::serve(listener, router).await
}

/// A route of the template, handed to its function.
async fn function(State(api): State<Arc<Api>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let found = api.routes.iter().find(|route| route.path == uri.path() && route.method == method.as_str());
    let Some(route) = found else { return StatusCode::NOT_FOUND.into_response() };
    let headers = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let call = Call { headers, body: body.to_vec() };
    match api.functions.on_request(&route.function, call).await {
        Ok(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a request failed");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

fn authorized(api: &Api, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|value| value.strip_prefix("Bearer ")) == Some(api.token.as_str())
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error, "a request failed");
    (StatusCode::INTERNAL_SERVER_ERROR, crate::exit::chain(error)).into_response()
}

async fn show(State(api): State<Arc<Api>>, Path(what): Path<String>, headers: HeaderMap) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(what) = What::from_str(&what, false) else { return StatusCode::NOT_FOUND.into_response() };
    match api.store.lines(what).await {
        Ok(lines) => ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response(),
        Err(error) => failed(&error),
    }
}

async fn load(State(api): State<Arc<Api>>, headers: HeaderMap, body: String) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let seed = match Seed::parse(&body) {
        Ok(seed) => seed,
        Err(detail) => return (StatusCode::UNPROCESSABLE_ENTITY, detail).into_response(),
    };
    // Everything is checked before anything is written.
    let checked = match api.store.tables.sites().await {
        Ok(sites) => seed.check_sites(&sites),
        Err(error) => return failed(&error),
    };
    let introduced =
        checked.and_then(|()| seed.introduce_drivers(&api.stripe).map_err(|error| format!("drivers: {error}")));
    if let Err(detail) = introduced {
        return (StatusCode::UNPROCESSABLE_ENTITY, detail).into_response();
    }
    match seed.load(&api.store.tables).await {
        Ok(loaded) => axum::Json(loaded).into_response(),
        Err(error) => failed(&error),
    }
}

async fn export(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match Seed::export(&api.store.tables).await {
        Ok(seed) => match serde_yaml_ng::to_string(&seed) {
            Ok(text) => text.into_response(),
            Err(error) => failed(&error),
        },
        Err(error) => failed(&error),
    }
}

/// Asks for a hold; the card is made known to the double of Stripe first, as the driver's own page would.
async fn hold(State(api): State<Arc<Api>>, headers: HeaderMap, body: String) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let unusable = |detail: String| (StatusCode::UNPROCESSABLE_ENTITY, detail).into_response();
    let mut asked: Asked = match serde_json::from_str(&body) {
        Ok(asked) => asked,
        Err(error) => return unusable(error.to_string()),
    };
    let email = asked.email.as_deref().unwrap_or_default();
    match api.stripe.add_customer(&asked.customer, &asked.payment_method, email) {
        Ok(method) => asked.payment_method = method,
        Err(error) => return unusable(error.to_string()),
    }
    match open(&api.store.tables, &asked, api.functions.now()).await {
        Ok(hold) => axum::Json(hold).into_response(),
        Err(Refused::Unusable(detail)) => unusable(detail),
        Err(Refused::Failed(error)) => failed(&error),
    }
}

/// An order of an operator about money.
async fn order(State(api): State<Arc<Api>>, headers: HeaderMap, body: String) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let order: Order = match serde_json::from_str(&body) {
        Ok(order) => order,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    };
    match orders::answer(&api.store.tables, api.functions.now(), &order).await {
        Ok(line) => axum::Json(line).into_response(),
        Err(Failure::Unusable(detail)) => (StatusCode::UNPROCESSABLE_ENTITY, detail).into_response(),
        Err(Failure::Failed(detail)) => (StatusCode::INTERNAL_SERVER_ERROR, detail).into_response(),
    }
}

/// Where the books of so many days disagree, one JSON object a line.
async fn reconcile(State(api): State<Arc<Api>>, Path(days): Path<u16>, headers: HeaderMap) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let look_back = SignedDuration::from_hours(24 * i64::from(days));
    let lines = api.functions.compare_books(look_back).await.map(|found| orders::lines(&found));
    match lines {
        Ok(Ok(lines)) => ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response(),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

async fn retire(State(api): State<Arc<Api>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !authorized(&api, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(station) = id.parse::<StationId>() else { return StatusCode::NOT_FOUND.into_response() };
    let tables = &api.store.tables;
    match (tables.station(&station).await, tables.remove_station(&station).await) {
        (Ok(Some(_)), Ok(())) => StatusCode::NO_CONTENT.into_response(),
        (Ok(None), Ok(())) => StatusCode::NOT_FOUND.into_response(),
        (Err(error), _) | (_, Err(error)) => failed(&error),
    }
}
