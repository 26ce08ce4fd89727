package io.reanchor.testkit.check;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a reader's transactions go. Whatever fails, the next one begins afresh. Not thread-safe. */
interface Transactions extends AutoCloseable {
    /** Sends these commands in one go. @return their replies */
    List<@Nullable Object> all(List<List<String>> commands) throws IOException;

    @Override
    void close();
}
