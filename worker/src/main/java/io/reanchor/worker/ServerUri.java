package io.reanchor.worker;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A URI that names a server which can be connected to: scheme, host, a port that exists; no query, no fragment. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Constraint(validatedBy = ServerUri.Rule.class)
@interface ServerUri {
    String message() default "must name a server";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    String[] schemes();

    /** A regular expression for all of the path. */
    String path();

    /** Whether user and password may stand before the host. */
    boolean credentials();

    /** Says no to what {@link URI} can't take apart, instead of failing later where nobody names the setting. */
    final class Rule implements ConstraintValidator<ServerUri, String> {
        private Set<String> schemes = Set.of();
        private String path = "";
        private boolean credentials;

        @Override
        public void initialize(ServerUri annotation) {
            schemes = Set.of(annotation.schemes());
            path = annotation.path();
            credentials = annotation.credentials();
        }

        @Override
        public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
            if (text == null) {
                return true;
            }
            try {
                URI uri = new URI(text);
                return uri.getScheme() != null
                        && schemes.contains(uri.getScheme())
                        && uri.getHost() != null
                        && uri.getPort() != 0
                        && uri.getPort() <= 65_535
                        && (credentials || uri.getRawUserInfo() == null)
                        && uri.getRawPath().matches(path)
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null;
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }
}
