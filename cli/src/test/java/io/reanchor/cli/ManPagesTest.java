package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the source of a man page for each command, which {@code .ci/man} makes into pages; nothing that a command can do is left out. */
class ManPagesTest {
    private static final Path PAGES = Path.of("target/man");

    @Test
    void eachCommandHasAPageWithItsOptions() throws IOException {
        Console console = new Console(
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()),
                false,
                false,
                InstantSource.system());
        CommandLine root = CommandLines.of(console);
        int exitCode =
                ManPageGenerator.generateManPage(PAGES.toFile(), null, new boolean[0], true, root.getCommandSpec());

        assertThat(exitCode).isZero();
        List<CommandSpec> commands = new ArrayList<>();
        collect(root, commands);
        assertThat(commands).hasSizeGreaterThan(20);
        for (CommandSpec command : commands) {
            String page = Files.readString(PAGES.resolve(command.qualifiedName("-") + ".adoc"));
            assertThat(page).startsWith("// tag::picocli-generated-full-manpage[]");
            command.options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> assertThat(page.replace("[no-]", ""))
                            .contains(option.longestName().replace("--no-", "--")));
        }
    }

    private static void collect(CommandLine command, List<CommandSpec> into) {
        if (!command.getCommandSpec().usageMessage().hidden()) {
            into.add(command.getCommandSpec());
            command.getSubcommands().values().forEach(sub -> collect(sub, into));
        }
    }
}
