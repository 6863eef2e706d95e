//! One JWK, checked: an unclear, weak or contradictory key is none.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, crypto,
    jwk::{AlgorithmParameters, Jwk as PublicJwk},
};
use serde::Deserialize;
use serde_json::Value;

use super::{Key, der};
use crate::{error::Message, say};

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<String>,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
    k: Option<String>,
}

type Result<T, E = Message> = std::result::Result<T, E>;

/// The key, or its id as far as it could be read and what is wrong with it.
pub fn read(value: Value) -> Result<Key, (Option<String>, Message)> {
    let kid = value.get("kid").and_then(Value::as_str).map(str::to_owned);
    let jwk: Jwk = serde_json::from_value(value).map_err(|_| {
        (kid.clone(), say!("不是 JWK 对象", "not a JWK: `kty` is missing or a member has the wrong type"))
    })?;
    key(&jwk).map_err(|fault| (kid, fault))
}

fn key(jwk: &Jwk) -> Result<Key> {
    let id = jwk.kid.clone().filter(|kid| !kid.is_empty() && kid.len() <= 200);
    let id = id.ok_or_else(|| say!("缺少 kid（1 至 200 字节）", "`kid` is missing (1 to 200 bytes)"))?;
    let alg = match (jwk.alg.as_deref(), jwk.kty.as_str()) {
        (Some(alg), _) => alg,
        // Issuers often leave it out; then a kind of key has the one algorithm that is usual for it.
        (None, "RSA") => "RS256",
        (None, "EC") => "ES256",
        (None, "OKP") => "EdDSA",
        (None, _) => return Err(say!("缺少 alg", "`alg` is missing")),
    };
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig")
        || jwk.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify" || op == "sign"))
    {
        return Err(say!("不是签名用的密钥", "it is not meant for signatures (`use`, `key_ops`)"));
    }
    let (algorithm, verifying, signing) = match (jwk.kty.as_str(), alg) {
        ("OKP", "EdDSA") => ed25519(jwk)?,
        ("EC", "ES256") => p256(jwk)?,
        ("RSA", "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512") => rsa(jwk, alg)?,
        ("oct", "HS256" | "HS384" | "HS512") => secret(jwk, alg)?,
        (kty, _) => {
            return Err(say!(
                "不支持 kty {kty:?} 与 alg {alg:?} 的组合",
                "`kty` {kty:?} with `alg` {alg:?} is not supported"
            ));
        }
    };
    // The verifier is built once here, so that a point off its curve is found now and not at the first token.
    crypto::verify("", b"", &verifying, algorithm).map_err(|_| broken())?;
    if let Some(signing) = &signing {
        let derived = PublicJwk::from_encoding_key(signing, algorithm).map_err(|_| broken())?;
        if !same_public_part(&derived.algorithm, jwk) {
            return Err(say!("私钥与公钥不符", "the private part does not belong to the public part"));
        }
        crypto::sign(b"", signing, algorithm).map_err(|_| broken())?;
    }
    Ok(Key { id, algorithm, verifying, signing })
}

type Parts = (Algorithm, DecodingKey, Option<EncodingKey>);

fn ed25519(jwk: &Jwk) -> Result<Parts> {
    curve(jwk, "Ed25519")?;
    let public: [u8; 32] = exact(&jwk.x, "x")?;
    let private = jwk.d.is_some().then(|| exact(&jwk.d, "d")).transpose()?;
    let signing = private.map(|seed| EncodingKey::from_ed_der(&der::pkcs8_ed25519(&seed)));
    Ok((Algorithm::EdDSA, DecodingKey::from_ed_der(&public), signing))
}

fn p256(jwk: &Jwk) -> Result<Parts> {
    curve(jwk, "P-256")?;
    let (x, y): ([u8; 32], [u8; 32]) = (exact(&jwk.x, "x")?, exact(&jwk.y, "y")?);
    let point = [&[4][..], &x, &y].concat();
    let private = jwk.d.is_some().then(|| exact(&jwk.d, "d")).transpose()?;
    let signing = private.map(|scalar| EncodingKey::from_ec_der(&der::pkcs8_p256(&scalar)));
    Ok((Algorithm::ES256, DecodingKey::from_ec_der(&point), signing))
}

fn rsa(jwk: &Jwk, alg: &str) -> Result<Parts> {
    let (n, e) = (decode(&jwk.n, "n")?, decode(&jwk.e, "e")?);
    let bits = n.iter().position(|byte| *byte != 0).map_or(0, |at| (n.len() - at) * 8 - n[at].leading_zeros() as usize);
    if !(2048..=4096).contains(&bits) {
        return Err(say!(
            "RSA 密钥为 {bits} 位，应为 2048 至 4096 位",
            "the RSA key has {bits} bits, not 2048 to 4096"
        ));
    }
    // 65537 in practice; a tiny exponent verifies forgeries of careless signers, a huge one costs time.
    if e.len() > 4 || e.last().is_none_or(|last| last % 2 == 0) || matches!(e.as_slice(), [0 | 1]) {
        return Err(say!("RSA 公钥指数不可用", "the RSA exponent is not usable"));
    }
    let signing = match jwk.d {
        None => None,
        Some(_) => {
            let fields =
                [(&jwk.d, "d"), (&jwk.p, "p"), (&jwk.q, "q"), (&jwk.dp, "dp"), (&jwk.dq, "dq"), (&jwk.qi, "qi")];
            let [d, p, q, dp, dq, qi] = fields.map(|(value, name)| decode(value, name));
            let der = der::pkcs1_rsa([&n, &e, &d?, &p?, &q?, &dp?, &dq?, &qi?]);
            Some(EncodingKey::from_rsa_der(&der))
        }
    };
    Ok((named(alg)?, DecodingKey::from_rsa_raw_components(&n, &e), signing))
}

fn secret(jwk: &Jwk, alg: &str) -> Result<Parts> {
    let algorithm = named(alg)?;
    let least = match algorithm {
        Algorithm::HS384 => 48,
        Algorithm::HS512 => 64,
        _ => 32,
    };
    let k = decode(&jwk.k, "k")?;
    if k.len() < least {
        return Err(say!("{alg} 的密钥至少 {least} 字节", "a secret for {alg} has at least {least} bytes"));
    }
    Ok((algorithm, DecodingKey::from_secret(&k), Some(EncodingKey::from_secret(&k))))
}

fn same_public_part(derived: &AlgorithmParameters, jwk: &Jwk) -> bool {
    match derived {
        AlgorithmParameters::OctetKeyPair(own) => jwk.x.as_ref() == Some(&own.x),
        AlgorithmParameters::EllipticCurve(own) => jwk.x.as_ref() == Some(&own.x) && jwk.y.as_ref() == Some(&own.y),
        AlgorithmParameters::RSA(own) => jwk.n.as_ref() == Some(&own.n) && jwk.e.as_ref() == Some(&own.e),
        AlgorithmParameters::OctetKey(_) => true,
        _ => false,
    }
}

fn curve(jwk: &Jwk, wanted: &str) -> Result<()> {
    if jwk.crv.as_deref() == Some(wanted) {
        return Ok(());
    }
    Err(say!("crv 应为 {wanted}", "`crv` must be {wanted}"))
}

fn named(alg: &str) -> Result<Algorithm> {
    alg.parse().map_err(|_| say!("alg {alg:?} 不受支持", "`alg` {alg:?} is not supported"))
}

fn exact<const N: usize>(value: &Option<String>, name: &str) -> Result<[u8; N]> {
    let bytes = decode(value, name)?;
    bytes.try_into().map_err(|_| say!("{name} 应为 {N} 字节", "`{name}` must have {N} bytes"))
}

fn decode(value: &Option<String>, name: &str) -> Result<Vec<u8>> {
    let text = value.as_deref().ok_or_else(|| say!("缺少 {name}", "`{name}` is missing"))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| say!("{name} 不是 base64url", "`{name}` is not base64url"))
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn broken() -> Message {
    say!("密钥内容无效", "the key is not valid")
}
