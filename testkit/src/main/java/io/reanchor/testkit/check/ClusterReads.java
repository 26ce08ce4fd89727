package io.reanchor.testkit.check;

import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.RespError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one slot, wherever it is: MOVED is learned, ASK is followed once (the redirections of
 * redis.io/docs/reference/cluster-spec). Nothing else is tried again: TRYAGAIN, CLUSTERDOWN and the like are the caller's answer.
 */
final class ClusterReads implements Transactions {
    private static final int HOPS = 5;

    private final List<InetSocketAddress> nodes;
    private final Duration timeout;
    private final Consumer<String> refused;
    private final Map<InetSocketAddress, RespClient> connected = new HashMap<>();
    private @Nullable InetSocketAddress owner;
    private int guess;

    ClusterReads(List<InetSocketAddress> nodes, Duration timeout, Consumer<String> refused) {
        this.nodes = List.copyOf(nodes);
        this.timeout = timeout;
        this.refused = refused;
    }

    @Override
    public List<@Nullable Object> all(List<List<String>> commands) throws IOException {
        InetSocketAddress node = owner;
        if (node == null) {
            node = nodes.get(guess++ % nodes.size());
        }
        boolean asking = false;
        for (int hop = 1; ; hop++) {
            try {
                List<@Nullable Object> replies = send(node, commands, asking);
                if (!asking) {
                    owner = node;
                }
                return replies;
            } catch (RespError e) {
                String[] words = String.valueOf(e.getMessage()).split(" ", -1);
                refused.accept(words[0]);
                boolean moved = words[0].equals("MOVED");
                if (hop == HOPS || words.length < 3 || !(moved || words[0].equals("ASK"))) {
                    throw e;
                }
                node = address(words[2]);
                asking = !moved;
                owner = moved ? node : owner;
            } catch (IOException e) {
                owner = null; // another knows who took over
                throw e;
            }
        }
    }

    /** ASKING holds for all of a transaction that follows it. */
    private List<@Nullable Object> send(InetSocketAddress node, List<List<String>> commands, boolean asking)
            throws IOException {
        try {
            RespClient client = connected.get(node);
            if (client == null) {
                client = RespClient.connect(node.getHostString(), node.getPort(), timeout);
                connected.put(node, client);
            }
            List<List<String>> all = new ArrayList<>(commands);
            if (asking) {
                all.add(0, List.of("ASKING"));
            }
            return client.all(all);
        } catch (IOException e) {
            close(connected.remove(node));
            throw e;
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private static void close(@Nullable RespClient client) {
        if (client != null) {
            try {
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        connected.values().forEach(ClusterReads::close);
        connected.clear();
    }
}
