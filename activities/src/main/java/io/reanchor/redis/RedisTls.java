package io.reanchor.redis;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** How the way to Redis is encrypted. Immutable; {@link #toString} shows no key. */
public final class RedisTls {
    private final SSLSocketFactory sockets;
    private final boolean verifyName;

    private RedisTls(SSLSocketFactory sockets, boolean verifyName) {
        this.sockets = sockets;
        this.verifyName = verifyName;
    }

    /**
     * Of PEM texts.
     *
     * @param ca who signs the servers' certificates, or null for the JVM's trust store
     * @param certificate the client's certificate and those it depends on, or null for none
     * @param key its private key, PKCS#8, or null for none
     * @param verifyName whether a server's certificate must bear the name that it was connected to by; who signed it is checked in
     *     any case
     * @throws IllegalArgumentException for texts that aren't what they should be; none of a key is in the message
     */
    public static RedisTls of(
            @Nullable String ca, @Nullable String certificate, @Nullable String key, boolean verifyName) {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a client certificate and its key are needed both, or none of them");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    certificate == null || key == null ? null : keys(certificate, key),
                    ca == null ? null : trust(ca),
                    null);
            return new RedisTls(context.getSocketFactory(), verifyName);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates can't be used: " + e.getMessage(), e);
        }
    }

    /** Against the JVM's trust store, without a client certificate. */
    static RedisTls system() {
        return of(null, null, null, true);
    }

    SSLSocketFactory sockets() {
        return sockets;
    }

    SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        if (verifyName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    private static KeyManager[] keys(String certificate, String key) throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore store = empty();
        store.setKeyEntry(
                "client", Pem.key(key), none, Pem.certificates(certificate).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(String ca) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        List<X509Certificate> signers = Pem.certificates(ca);
        for (int i = 0; i < signers.size(); i++) {
            store.setCertificateEntry("ca" + i, signers.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    @Override
    public String toString() {
        return verifyName ? "TLS" : "TLS to a server of any name";
    }
}
