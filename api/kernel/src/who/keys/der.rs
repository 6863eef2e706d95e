//! The wrappings in which the signing library takes private keys: PKCS#8 (RFC 5958) and PKCS#1 (RFC 8017).

/// An Ed25519 seed as PKCS#8 (RFC 8410): a fixed head before the 32 bytes.
pub fn pkcs8_ed25519(seed: &[u8; 32]) -> Vec<u8> {
    const HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    [&HEAD[..], seed].concat()
}

/// A P-256 scalar as PKCS#8: `id-ecPublicKey` on `prime256v1`, an RFC 5915 key without its public part.
pub fn pkcs8_p256(scalar: &[u8; 32]) -> Vec<u8> {
    const HEAD: [u8; 35] = [
        0x30, 0x41, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        3, 1, 7, 4, 0x27, 0x30, 0x25, 2, 1, 1, 4, 0x20,
    ];
    [&HEAD[..], scalar].concat()
}

/// An RSA private key as PKCS#1, from n, e, d, p, q, dp, dq and qi as JWK holds them.
pub fn pkcs1_rsa(parts: [&[u8]; 8]) -> Vec<u8> {
    let mut body = integer(&[0]);
    for part in parts {
        body.extend(integer(part));
    }
    tagged(0x30, &body)
}

fn integer(unsigned: &[u8]) -> Vec<u8> {
    let start = unsigned.iter().position(|byte| *byte != 0).unwrap_or(unsigned.len());
    let significant = &unsigned[start..];
    // A leading zero keeps the number positive, and stands for zero itself.
    let sign: &[u8] = if significant.first().is_none_or(|byte| *byte >= 0x80) { &[0] } else { &[] };
    tagged(2, &[sign, significant].concat())
}

fn tagged(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len().to_be_bytes();
    let length = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    let mut out = vec![tag];
    if body.len() >= 0x80 {
        out.push(0x80 | u8::try_from(length.len()).expect("a length has few bytes"));
    }
    out.extend_from_slice(length);
    out.extend_from_slice(body);
    out
}
