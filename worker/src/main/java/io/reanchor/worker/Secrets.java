package io.reanchor.worker;

import java.util.regex.Pattern;

/** Keeps passwords out of what is shown. */
final class Secrets {
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,20}://");

    private static final int LONGEST = 500;

    private Secrets() {}

    /**
     * A server's address, with all replaced that may be a secret: what stands before the last {@code @}, since a malformed address
     * may have its password anywhere there, and query and fragment.
     */
    static String mask(String text) {
        var scheme = SCHEME.matcher(text);
        String start = scheme.lookingAt() ? scheme.group() : "";
        int at = text.lastIndexOf('@');
        String rest = at < 0 ? text.substring(start.length()) : "***@" + text.substring(at + 1);
        String masked = start + rest.replaceFirst("(?s)([?#]).*", "$1***").replaceAll("\\p{Cntrl}", " ");
        return masked.length() <= LONGEST ? masked : masked.substring(0, LONGEST) + '…';
    }
}
