package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything is connected to, each in one line that says what was expected. */
class CommandLineTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                    | a command is missing; see 'reanchor --help'",
                "recovr BTCUSDT                      | did you mean recover",
                "recover                             | Missing required parameter: 'SYMBOL'; see 'reanchor recover --help'",
                "recover btcusdt                     | symbol \"btcusdt\" is not one: expected [A-Z0-9][A-Z0-9._-]{0,31}",
                "recover ob:{X}*                     | symbol \"ob:{X}*\" is not one",
                "recover BTCUSDT ethusdt             | symbol \"ethusdt\" is not one",
                "recover BTCUSDT ETHUSDT --updates 1..2 | expected one SYMBOL with them",
                "recover BTCUSDT --priority 101      | priority must be -100 to 100, not 101",
                "recover --all --id a/b              | requestId: expected",
                "recover BTCUSDT --update 1..2       | --update",
                "recover BTCUSDT --updates 5..3      | '5..3' is empty: 5 is past 3",
                "recover BTCUSDT --updates ..        | '..' is not a range of ids: expected FROM..TO",
                "recover BTCUSDT --updates -5..3     | '-5..3' is not a range of ids",
                "recover BTCUSDT --trades a..b       | 'a..b' is not a range of ids",
                "recover BTCUSDT --trades 1...2      | '1...2' is not a range of ids",
                "recover BTCUSDT --trades 9999999999999999999.. | 9999999999999999999 is past 9223372036854775807",
                "recover BTCUSDT --since yesterday   | 'yesterday' is not a time: expected one like 2024-08-08T12:00:00Z",
                "recover BTCUSDT --since 2024-08-08  | '2024-08-08' is not a time",
                "recover BTCUSDT --since 2024-08-08T12:10:01Z | is in the future: it is 2024-08-08T12:10:00Z",
                "recover BTCUSDT --timeout 30        | '30' is not a duration: expected a number with ms, s, m, h or d",
                "recover BTCUSDT -o xml              | 'xml' is none of text, json, jsonl, none",
                "status BTCUSDT --address localhost  | --address is \"localhost\": expected HOST:PORT",
                "abort BTCUSDT                       | Missing required option: '--reason=TEXT'",
                "replay                              | Missing required parameter: 'RECORDING'",
                "live                                | Missing required option: '--symbols=A,B'",
                "live --symbols btc                  | --symbols: \"btc\" is not a symbol",
                "exchange                            | Missing required option: '--port=N'",
                "exchange --port 70000               | --port is 70000, --rest-latency is 0, --weight-per-minute is 6000: expected a port up to 65534",
                "exchange --port 0 --symbols btc     | --symbols: \"btc\" is not a symbol",
                "list --limit 0                      | --limit is 0: expected at least 1",
            })
    void whatCannotBeIsRefusedInOneLine(String line, String expected) {
        Cli cli = Cli.run(line == null ? new String[0] : line.split(" "));

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines())
                .singleElement()
                .asString()
                .startsWith("reanchor: ")
                .contains(expected);
    }

    @Test
    void theConfigurationIsToldWithWhereItComesFrom() throws Exception {
        Cli text = Cli.run("config");
        assertThat(text.exitCode()).as(text.err()).isEqualTo(ExitCodes.OK);
        assertThat(text.out().lines())
                .anyMatch(line -> line.matches("re_anchor.depth.limit +1000 +packaged"))
                .anyMatch(line -> line.matches("redis.pool_size +16 +packaged"));

        JsonNode json =
                new ObjectMapper().readTree(Cli.run("config", "-o", "json").out());
        assertThat(json.get("problems")).isEmpty();
        assertThat(json.at("/settings/0/name").asText()).isEqualTo("re_anchor.operation_timeout_seconds");
        assertThat(Cli.run("config", "--changed", "-o", "jsonl").out()).isEmpty();
    }

    @Test
    void aShellIsToldHowToCompleteEachCommand() {
        Cli cli = Cli.run("generate-completion");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(cli.out()).contains("#!/usr/bin/env bash", "_picocli_reanchor_recover", "--approve-within");
    }

    @Test
    void helpTellsTheCommandsAndEachExitCode() {
        Cli cli = Cli.run("--help");

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out())
                .contains(
                        "recover",
                        "status",
                        "abort",
                        "list",
                        "doctor",
                        "replay",
                        "exchange",
                        "demo",
                        "bench",
                        "TEMPORAL_ADDRESS");
        assertThat(ExitCodes.TEXTS).hasSize(10);
        ExitCodes.TEXTS.forEach((code, text) -> assertThat(cli.out()).contains(code + "   " + text));
    }
}
