# syntax=docker/dockerfile:1

# Builds with everything that development needs; nothing of it but the result goes on.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
# What is compiled stays in dist; of the sources only the SQL is read at run time.
RUN npx tsc -p tsconfig.json \
 && node scripts/build-console.mjs \
 && node scripts/bundle-server.mjs \
 && node scripts/sbom.mjs \
 && find src -type f ! -name '*.sql' -delete \
 && find src -type d -empty -delete

FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:20-bookworm-slim
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist/server ./dist/server
COPY --from=build /app/dist/console ./dist/console
COPY --from=build /app/src ./src
COPY --from=build /app/sbom.cdx.json ./
COPY package.json LICENSE ./
COPY collections ./collections
COPY schemas ./schemas
COPY flows ./flows
# Collections may come from git repositories.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /data && chown node:node /data
# Everybody outside may call, so it starts only with PATCHBAY_API_KEY.
ENV HOST=0.0.0.0 \
    PORT=4000 \
    DATABASE_URL=sqlite:/data/patchbay.db \
    FLOWS_FOLDER=/app/flows
VOLUME /data
EXPOSE 4000
USER node
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM goes to the process itself, which finishes what is under way; it starts no others that would be left behind.
ENTRYPOINT ["node", "--max-semi-space-size=32", "--min-semi-space-size=8", "--no-parallel-scavenge", "dist/server/main.js"]
CMD ["start"]
