package io.reanchor.faults;

/** Nobody watches. */
final class Quiet implements Driver.Watcher {
    static final Driver.Watcher WATCHER = new Quiet();

    private Quiet() {}

    @Override
    public void begins(Step step) {}

    @Override
    public void failed() {}
}
