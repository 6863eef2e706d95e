//! One token looked at, step by step; what is right may be taken down on the way.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde_json::Value;

use super::{
    Fault, LONGEST_TOKEN, Passed, Trusted, Verifier,
    claims::{Claims, shown},
    rules::SubjectIs,
};
use crate::{
    error::Message,
    say,
    who::{
        keys::{Key, Ring},
        source::Unread,
    },
};

/// Takes down what was found right, where somebody wants to read it.
pub(super) struct Notes(Option<Vec<Message>>);

/// A token that does not pass, and whose it claims to be as far as that is one of ours.
pub(super) struct Refused {
    pub issuer: Option<usize>,
    pub fault: Fault,
}

impl Notes {
    pub fn none() -> Self {
        Self(None)
    }

    pub fn taken() -> Self {
        Self(Some(Vec::new()))
    }

    pub fn all(self) -> Vec<Message> {
        self.0.unwrap_or_default()
    }

    fn add(&mut self, note: impl FnOnce() -> Message) {
        if let Some(notes) = &mut self.0 {
            notes.push(note());
        }
    }
}

impl Verifier {
    pub(super) async fn examine(&self, token: &str, notes: &mut Notes) -> Result<Passed, Refused> {
        let nobodys = |fault| Refused { issuer: None, fault };
        let header = header(token).map_err(nobodys)?;
        let issuer = self.issuer(token).map_err(nobodys)?;
        let trusted = &self.issuers[issuer];
        notes.add(|| {
            let (iss, nth) = (&trusted.rules.issuer, issuer + 1);
            say!("签发者（iss）：{iss}，配置中的第 {nth} 个", "issuer (iss): {iss}, number {nth} of the configured")
        });
        let passed = self.pass(token, &header, trusted, notes).await;
        let (ring, token) = passed.map_err(|fault| Refused { issuer: Some(issuer), fault })?;
        Ok(Passed { issuer, ring, token: Arc::new(token) })
    }

    /// Whose token it claims to be.
    fn issuer(&self, token: &str) -> Result<usize, Fault> {
        let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token);
        let claims = claims.map_err(|_| unreadable_claims())?;
        let iss = claims.issuer()?;
        self.issuers.iter().position(|issuer| issuer.rules.issuer == iss).ok_or_else(|| {
            let iss = shown(iss);
            let ours = self.issuers.iter().map(|issuer| &*issuer.rules.issuer).collect::<Vec<_>>().join(", ");
            Fault::Invalid(say!("iss 为 {iss}，配置中只有：{ours}", "iss is {iss}, which is none of {ours}"))
        })
    }

    async fn pass(
        &self,
        token: &str,
        header: &Header,
        Trusted { rules, keys }: &Trusted,
        notes: &mut Notes,
    ) -> Result<(Arc<Ring>, super::Verified), Fault> {
        if !rules.takes_type(header.typ.as_deref()) {
            let (found, wanted) = (header.typ.as_deref().map_or("–".to_owned(), shown), &rules.typ);
            return Err(Fault::Invalid(say!("typ 为 {found}，应为 {wanted:?}", "typ is {found}, not {wanted:?}")));
        }
        notes.add(|| say!("类型（typ）", "type (typ)"));
        // RFC 7515: what must be understood and is not makes the token invalid.
        if header.crit.is_some() || header.enc.is_some() || header.zip.is_some() {
            return Err(Fault::Invalid(say!("不支持 crit、enc、zip", "crit, enc and zip are not supported")));
        }
        let kid = header.kid.as_deref().ok_or_else(|| Fault::Invalid(say!("头部缺少 kid", "the header has no kid")))?;
        let ring = keys.looked_for(kid).await.map_err(|Unread { retry_after }| Fault::Unread(retry_after))?;
        let key = ring.find(kid).ok_or_else(|| {
            let (kid, known) = (shown(kid), ring.to_string());
            Fault::Invalid(say!("没有密钥 {kid}；现有：{known}", "there is no key {kid}; there are: {known}"))
        })?;
        let claims = signed(token, header, key)?;
        notes.add(|| {
            let (kid, algorithm, source) = (&key.id, key.algorithm, keys.name());
            say!(
                "密钥（kid、alg）与签名：{kid} {algorithm:?}，取自 {source}",
                "key (kid, alg) and signature: {kid} {algorithm:?}, from {source}"
            )
        });
        claims.is_for(&rules.audience)?;
        notes.add(|| {
            let audience = &rules.audience;
            say!("受众（aud）：{audience}", "audience (aud): {audience}")
        });
        let verified = claims.read(rules)?;
        notes.add(|| {
            let life = (verified.expires_at - verified.issued_at).num_seconds();
            say!("iat、exp、nbf、jti 齐备，有效期 {life} 秒", "iat, exp, nbf and jti as wanted; it lives for {life} s")
        });
        verified.check_times(self.clock.now())?;
        notes.add(|| {
            let until = verified.expires_at;
            say!("现在有效，至 {until}", "valid now, until {until}")
        });
        notes.add(|| match rules.subject {
            SubjectIs::Id => say!("主体（sub）即本系统的编号", "subject (sub): an id of this service"),
            SubjectIs::Linked => say!("主体（sub）须已关联到人员", "subject (sub): a person's, if the two are linked"),
        });
        Ok((ring, verified))
    }
}

fn header(token: &str) -> Result<Header, Fault> {
    if token.len() > LONGEST_TOKEN {
        let long = token.len();
        return Err(Fault::Invalid(say!(
            "长 {long} 字节，最长 {LONGEST_TOKEN}",
            "has {long} bytes, and {LONGEST_TOKEN} is the longest"
        )));
    }
    jsonwebtoken::decode_header(token).map_err(|_| {
        let raw = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let raw = raw.and_then(|raw| serde_json::from_slice::<Value>(&raw).ok());
        let algorithm = raw.as_ref().and_then(|raw| raw.get("alg")?.as_str()).map(shown);
        Fault::Invalid(match algorithm {
            Some(alg) if token.split('.').count() == 3 => {
                say!("头部不可用；alg 为 {alg}", "the header cannot be used; its alg is {alg}")
            }
            _ => say!("不是 JWT：应为以点分开的三段", "not a JWT: three parts with dots between them"),
        })
    })
}

/// The claims, if the key has signed them; under an algorithm that is not the key's own nothing is.
fn signed(token: &str, header: &Header, key: &Key) -> Result<Claims, Fault> {
    if header.alg != key.algorithm {
        let (alg, kid, own): (Algorithm, _, _) = (header.alg, &key.id, key.algorithm);
        return Err(Fault::Invalid(say!(
            "alg 为 {alg:?}，而密钥 {kid} 用于 {own:?}",
            "alg is {alg:?}, and the key {kid} is for {own:?}"
        )));
    }
    let mut checks = Validation::new(key.algorithm);
    // The rest is ours: the library knows only the machine's clock, takes lists of issuers, and does not say what is wrong.
    checks.required_spec_claims.clear();
    (checks.validate_exp, checks.validate_nbf, checks.validate_aud) = (false, false, false);
    // The claims were read once already: what fails now is the signature.
    let decoded = jsonwebtoken::decode::<Claims>(token, &key.verifying, &checks);
    decoded.map(|token| token.claims).map_err(|_| {
        let kid = &key.id;
        Fault::Invalid(say!("签名与密钥 {kid} 不符", "the signature is not that of the key {kid}"))
    })
}

fn unreadable_claims() -> Fault {
    Fault::Invalid(say!("声明部分不可读", "the claims cannot be read"))
}
