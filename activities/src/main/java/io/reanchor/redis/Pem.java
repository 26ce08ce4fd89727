package io.reanchor.redis;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text (RFC 7468). */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private Pem() {}

    /** At least one. */
    static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
        if (certificates.isEmpty()) {
            throw new CertificateException("a PEM text without a certificate");
        }
        return certificates;
    }

    /** The first one; no message has anything of it. */
    static PrivateKey key(String pem) throws GeneralSecurityException {
        Matcher text = KEY.matcher(pem);
        if (!text.find()) {
            throw new InvalidKeySpecException(
                    "expected a key that begins with -----BEGIN PRIVATE KEY----- (PKCS#8, not encrypted): openssl pkcs8 -topk8 -nodes makes one");
        }
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text.group(1)));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("a private key that isn't Base64");
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Another algorithm's.
            }
        }
        throw new InvalidKeySpecException("a private key that is none of " + ALGORITHMS);
    }
}
