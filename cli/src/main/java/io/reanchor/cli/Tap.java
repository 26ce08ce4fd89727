package io.reanchor.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Standard output, until it is shut. */
final class Tap extends FilterWriter {
    private volatile boolean shut;

    Tap(Writer out) {
        super(out);
    }

    void shut() {
        shut = true;
    }

    @Override
    public void write(int c) throws IOException {
        if (!shut) {
            super.write(c);
        }
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        if (!shut) {
            super.write(text, from, length);
        }
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        if (!shut) {
            super.write(text, from, length);
        }
    }
}
