package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadJudgeTest {
    private final ReadJudge judge = new ReadJudge();

    @Test
    void wholeReadsAreClean() {
        judge.judge(read("1-a.1", "1-a.1", 10));
        assertThat(judge.judge(read("2-b.1", "2-b.1", 10)).clean()).isTrue();
    }

    @Test
    void twoGenerationsAreTorn() {
        assertThat(judge.judge(read("1-a.1", "2-b.1", 10)).torn()).isEqualTo(1);
    }

    @Test
    void noGenerationIsWholeOnlyBeforeTheFirst() {
        assertThat(judge.judge(read("", "", 10)).torn()).isZero();
        assertThat(judge.judge(read("1-a.1", "", 10)).torn()).isEqualTo(1);
        assertThat(judge.judge(read("", "", 10)).torn()).isEqualTo(2);
    }

    @Test
    void anIdOrAGenerationThatGoesBackIsSeen() {
        judge.judge(read("2-a.1", "2-a.1", 10));
        assertThat(judge.judge(read("2-a.1", "2-a.1", 9)).backwards()).isEqualTo(1);
        assertThat(judge.judge(read("1-z.1", "1-z.1", 9)).backwards()).isEqualTo(2);
    }

    @Test
    void absentAndHollowKeysAreSeen() {
        List<Object> read = read("1-a.1", "1-a.1", 10);
        read.set(2, List.of());
        assertThat(judge.judge(read).missing()).isEqualTo(1);
        read.set(0, hash("gen", "1-a.1", "lastUpdateId", "10", "b:1", "1"));
        assertThat(judge.judge(read).empty()).isEqualTo(1);
    }

    private static List<Object> read(String bookGen, String otherGen, long id) {
        List<Object> read = new ArrayList<>();
        read.add(hash("gen", bookGen, "lastUpdateId", Long.toString(id), "b:1", "1", "a:2", "1"));
        for (int i = 0; i < 3; i++) {
            read.add(hash("gen", otherGen, "x", "1"));
        }
        return read;
    }

    private static List<Object> hash(String... flat) {
        List<Object> hash = new ArrayList<>();
        for (String text : flat) {
            hash.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return hash;
    }
}
