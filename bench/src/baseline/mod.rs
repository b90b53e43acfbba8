//! The least that such a request can cost: a bare actix-web that checks a token, reads a row and answers it.

mod rows;

use actix_web::{
    App, Error, HttpRequest, HttpServer,
    error::{ErrorInternalServerError, ErrorUnauthorized},
    http::header::AUTHORIZATION,
    web::{self, Data, Json},
};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use self::rows::{Row, Rows};
use crate::Outcome;

/// The hidden command by which the bench starts itself as this server.
pub(crate) const COMMAND: &str = "serve-baseline";

pub(crate) const PATH: &str = "/row";
pub(crate) const HEALTH: &str = "/health";

const SECRET: &[u8] = b"a secret that guards nothing but a baseline";
const YEAR_2100: u64 = 4_102_444_800;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: i64,
    exp: u64,
}

struct State<R> {
    rows: R,
    key: DecodingKey,
    validation: Validation,
}

/// A token for the one row there is.
pub(crate) fn token() -> Outcome<String> {
    let claims = Claims { sub: rows::ID, exp: YEAR_2100 };
    Ok(encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET))?)
}

pub(crate) fn serve(address: &str, url: &str) -> Outcome<()> {
    actix_web::rt::System::new().block_on(async {
        match url.strip_prefix("sqlite:") {
            Some(path) => listen(address, rows::sqlite(path).await?).await,
            None => listen(address, rows::postgres(url).await?).await,
        }
    })
}

async fn listen<R: Rows>(address: &str, rows: R) -> Outcome<()> {
    let state = Data::new(State { rows, key: DecodingKey::from_secret(SECRET), validation: Validation::default() });
    let app = move || {
        App::new()
            .app_data(state.clone())
            .route(HEALTH, web::get().to(|| async { "ready" }))
            .route(PATH, web::get().to(answer::<R>))
    };
    Ok(HttpServer::new(app).bind(address)?.run().await?)
}

async fn answer<R: Rows>(state: Data<State<R>>, request: HttpRequest) -> Result<Json<Row>, Error> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(|| ErrorUnauthorized("no token"))?;
    let claims = decode::<Claims>(token, &state.key, &state.validation).map_err(ErrorUnauthorized)?.claims;
    state.rows.find(claims.sub).await.map(Json).map_err(ErrorInternalServerError)
}
