package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page that lists the settings lists exactly those that exist, with what the code says of them. */
class ConfigurationPageTest {
    @Test
    void listsEverySettingAndNoOther() throws IOException {
        String root = Objects.requireNonNullElse(System.getProperty("reanchor.root"), "..");
        List<String> rows = Files.readAllLines(Path.of(root, "docs", "configuration.md")).stream()
                .filter(line -> line.startsWith("| `re_anchor.") || line.startsWith("| `redis."))
                .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
                .toList();

        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        Settings.ALL.stream().map(ConfigurationPageTest::row).collect(Collectors.toList()));
    }

    private static String row(Setting setting) {
        return "| `%s` | `%s` | %s | %s |"
                .formatted(
                        setting.name(),
                        setting.environmentName(),
                        setting.defaultValue() == null ? "" : '`' + setting.defaultValue() + '`',
                        setting.allowed());
    }
}
