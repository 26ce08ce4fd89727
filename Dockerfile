# syntax=docker/dockerfile:1
# Two images from one build: the worker (the default), and the reanchor command (--target cli), which is also what simulates an
# exchange and ingests its feed for `docker compose --profile demo up`.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -q -B -pl worker,cli -am package -DskipTests \
 && java -Djarmode=tools -jar worker/target/reanchor-worker-*-exec.jar extract --layers --destination /layers \
 && mv /layers/application/reanchor-worker-*-exec.jar /layers/application/reanchor-worker.jar

FROM eclipse-temurin:25-jre AS runtime
RUN useradd --system --uid 10001 --no-create-home reanchor
WORKDIR /app
USER 10001

FROM runtime AS cli
COPY --from=build /src/cli/target/reanchor/ ./
ENTRYPOINT ["java", "-jar", "reanchor.jar"]

FROM runtime AS worker
# From what changes seldom to what changes always.
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
EXPOSE 8084
# Of a limit of 512 MiB, as deploy/ sets it: a hundred recoveries in flight take less than 300 MB (deploy/try-image). Recoveries are short and seldom:
# what the first compiler makes of the code is all that they would ever see.
ENV JAVA_TOOL_OPTIONS="-XX:+UseSerialGC -Xmx84m -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -XX:MaxDirectMemorySize=32m -Xss512k -XX:+ExitOnOutOfMemoryError"
ENV MALLOC_ARENA_MAX=2
# Classes as they are once loaded and linked: half the time to start.
USER 0
RUN java -XX:AOTCacheOutput=worker.aot -Dspring.context.exit=onRefresh -jar reanchor-worker.jar
USER 10001
# The image has no curl: Java asks.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["java", "-cp", "reanchor-worker.jar", "io.reanchor.worker.HealthCheck"]
ENTRYPOINT ["java", "-XX:AOTCache=worker.aot", "-jar", "reanchor-worker.jar"]
