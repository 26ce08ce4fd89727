package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FailureTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the pages point at exists: files, tests, commands and their options. */
class DocsTest {
    private static final Path ROOT = Path.of(Objects.requireNonNullElse(System.getProperty("reanchor.root"), ".."))
            .toAbsolutePath()
            .normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern TEST =
            Pattern.compile("`([A-Z][A-Za-z]*[a-z](?:Test|IT))(?:\\.([a-z][A-Za-z0-9]+))?`");
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|`)reanchor ([a-z][a-z-]+)([^`\\n]*)");
    private static final Pattern LABEL = Pattern.compile("\\b(?:line|side|differ)\\(\\s*\"([^\"]+)\"");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z-]+)");

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(root, docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(15);
        return pages;
    }

    private static List<MatchResult> found(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page)).results().toList();
    }

    @Test
    void eachLinkLeadsToAFile() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult link : found(LINK, page)) {
                String target = link.group(1);
                if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
                    dead.add(ROOT.relativize(page) + ": " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void eachTestThatIsNamedExists() throws IOException {
        Set<String> unknown = new TreeSet<>();
        for (Path page : pages()) {
            for (MatchResult test : found(TEST, page)) {
                Path source = source(test.group(1));
                if (source == null
                        || (test.group(2) != null && !Files.readString(source).contains(" " + test.group(2) + "("))) {
                    unknown.add(ROOT.relativize(page) + ": " + test.group());
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static @org.jspecify.annotations.Nullable Path source(String test) throws IOException {
        try (Stream<Path> files = Files.find(
                ROOT,
                20,
                (file, is) -> file.endsWith(test + ".java") && file.toString().contains("/src/test/"))) {
            return files.findFirst().orElse(null);
        }
    }

    @Test
    void eachReasonHasItsEntryInTheRunbook() throws Exception {
        String runbook = Files.readString(ROOT.resolve("docs/what-if.md"));
        List<String> missing = new ArrayList<>();
        for (Field constant : FailureTypes.class.getFields()) {
            if (!runbook.contains('`' + constant.get(null).toString() + '`')) {
                missing.add(constant.get(null).toString());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void eachLineOfAResultIsExplained() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/understanding-output.md"));
        String report = Files.readString(ROOT.resolve("cli/src/main/java/io/reanchor/cli/Report.java"));
        Set<String> labels = LABEL.matcher(report)
                .results()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(labels).hasSizeGreaterThan(25).contains("because", "live then", "bars 1s");
        labels.removeIf(label -> page.contains("| " + label + " |") || page.contains("**" + label + "**"));
        assertThat(labels).isEmpty();
    }

    @Test
    void eachCommandThatIsNamedExistsWithItsOptions() throws IOException {
        CommandLine reanchor = CommandLines.of(new Console(
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()),
                false,
                false,
                InstantSource.system()));
        Set<String> unknown = new TreeSet<>();
        for (Path page : pages()) {
            for (MatchResult command : found(COMMAND, page)) {
                CommandLine known = reanchor.getSubcommands().get(command.group(1));
                if (known == null) {
                    unknown.add(ROOT.relativize(page) + ": " + command.group());
                    continue;
                }
                for (String option : options(command.group(2))) {
                    if (names(known).noneMatch(option::equals)) {
                        unknown.add("%s: %s has no %s".formatted(ROOT.relativize(page), command.group(), option));
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static Set<String> options(String arguments) {
        return OPTION.matcher(arguments.split("[|;&]|, ", 2)[0])
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of the command and, since {@code bench} has some, of what is below it. */
    private static Stream<String> names(CommandLine command) {
        return Stream.concat(
                command.getCommandSpec().optionsMap().keySet().stream(),
                command.getSubcommands().values().stream().flatMap(DocsTest::names));
    }
}
