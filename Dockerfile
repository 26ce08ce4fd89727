# syntax=docker/dockerfile:1
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -q -B -pl worker -am package -DskipTests \
 && java -Djarmode=tools -jar worker/target/reanchor-worker-*-exec.jar extract --layers --destination /layers \
 && mv /layers/application/reanchor-worker-*-exec.jar /layers/application/reanchor-worker.jar

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --no-create-home reanchor
WORKDIR /app
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
USER 10001
EXPOSE 8084
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError"
# The image has no curl: Java asks.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "reanchor-worker.jar", "io.reanchor.worker.HealthCheck"]
ENTRYPOINT ["java", "-jar", "reanchor-worker.jar"]
