package io.reanchor.client;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Locale;

/** Why no connection to Temporal came about, with the next step; gRPC itself says "ssl exception". */
public final class Unreachable {
    private Unreachable() {}

    /**
     * One line for an operator.
     *
     * @param failure what a call ended with, of status UNAVAILABLE
     */
    public static String why(Throwable failure) {
        if (Calls.find(failure, CertPathBuilderException.class) != null) {
            return "nobody trusted has signed its certificate: give its CA in TEMPORAL_TLS_SERVER_CA_CERT_PATH";
        }
        CertificateException certificate = Calls.find(failure, CertificateException.class);
        if (certificate != null) {
            return "its certificate is refused (%s): correct TEMPORAL_ADDRESS, or name in TEMPORAL_TLS_SERVER_NAME what the certificate names"
                    .formatted(root(certificate));
        }
        String root = root(failure);
        String upper = root.toUpperCase(Locale.ROOT);
        if (upper.contains("ALERT_")) {
            return "it ends the TLS handshake (%s): look at TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH"
                    .formatted(root.substring(upper.indexOf("ALERT_")));
        }
        if (upper.contains("NOT AN SSL/TLS RECORD")) {
            return "it speaks plain text where TLS was expected: set TEMPORAL_TLS=false, or correct TEMPORAL_ADDRESS";
        }
        return "can't be reached (%s): start it, correct TEMPORAL_ADDRESS, or set TEMPORAL_TLS=true if it wants TLS"
                .formatted(root);
    }

    /** The innermost message, of which the first line says it. */
    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Texts.shown(String.valueOf(root.getMessage()).lines().findFirst().orElse(""));
    }
}
