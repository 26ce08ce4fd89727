package io.reanchor.worker;

import java.util.regex.Pattern;

/** Keeps passwords out of what is shown. */
final class Secrets {
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/\\s]*@");

    private Secrets() {}

    /** The text with whatever stands before an {@code @} in a URL replaced. */
    static String mask(String text) {
        return USER_INFO.matcher(text).replaceAll("***@");
    }
}
