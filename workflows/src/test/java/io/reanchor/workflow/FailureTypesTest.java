package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureTypesTest {

    @Test
    void everyTypeIsKnownAndNamedOnce() throws Exception {
        List<String> types = new ArrayList<>();
        for (Field field : FailureTypes.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                types.add((String) field.get(null));
            }
        }
        assertThat(types)
                .hasSizeGreaterThan(20)
                .doesNotHaveDuplicates()
                .allSatisfy(type -> assertThat(FailureTypes.isKnown(type)).isTrue());
    }

    @Test
    void lateTradesMayComeLater() {
        assertThat(FailureTypes.mayPass(FailureTypes.STALE_TRADES)).isTrue();
    }
}
