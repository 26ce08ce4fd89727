package io.reanchor.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Keys and certificates of one test, made by the JDK's {@code keytool}: one authority that signs a server for this machine, one for
 * another name, and a client; and a stranger whom nobody has signed. As PEM files, and as contexts for servers. Immutable.
 */
public final class Certificates {
    /** Server certificate for {@code localhost} and 127.0.0.1. */
    public static final String SERVER = "server";
    /** Server certificate for {@link #OTHER_NAME} only. */
    public static final String ELSEWHERE = "elsewhere";
    /** Client certificate that the authority signed. */
    public static final String CLIENT = "client";
    /** A certificate that it didn't sign. */
    public static final String STRANGER = "stranger";
    /** What {@link #ELSEWHERE} is called. */
    public static final String OTHER_NAME = "elsewhere.test";

    private static final String CA = "ca";
    private static final char[] PASSWORD = "only-for-tests".toCharArray();

    private final Path folder;
    private final KeyStore store;

    private Certificates(Path folder, KeyStore store) {
        this.folder = folder;
        this.store = store;
    }

    /** Makes them in a folder of the test's; takes some seconds. */
    public static Certificates make(Path folder) {
        Path file = folder.resolve("keys.p12");
        keytool(file, CA, "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign");
        keytool(file, SERVER, "-signer", CA, "-ext", "san=dns:localhost,ip:127.0.0.1");
        keytool(file, ELSEWHERE, "-signer", CA, "-ext", "san=dns:" + OTHER_NAME);
        keytool(file, CLIENT, "-signer", CA);
        keytool(file, STRANGER);
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            for (String name : List.of(CA, SERVER, ELSEWHERE, CLIENT, STRANGER)) {
                write(folder, store, name);
            }
            return new Certificates(folder, store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PEM file of the authority's certificate. */
    public Path ca() {
        return certificate(CA);
    }

    /** PEM file of a certificate and those it depends on. */
    public Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    /** PEM file of a private key, PKCS#8. */
    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** For a server that shows one of the certificates and takes clients that the authority has signed. */
    SSLContext context(String name) {
        try {
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(name, store.getKey(name, PASSWORD), PASSWORD, store.getCertificateChain(name));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, PASSWORD);
            KeyStore signers = KeyStore.getInstance("PKCS12");
            signers.load(null, null);
            signers.setCertificateEntry(CA, store.getCertificate(CA));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(signers);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path folder, KeyStore store, String name) throws IOException, GeneralSecurityException {
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : store.getCertificateChain(name)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(folder.resolve(name + ".crt"), chain);
        byte[] key = store.getKey(name, PASSWORD).getEncoded();
        Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key));
    }

    private static String pem(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what);
    }

    private static void keytool(Path store, String name, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-startdate",
                "-1d",
                "-validity",
                "3",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(more));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool made no %s: %s".formatted(name, said));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
