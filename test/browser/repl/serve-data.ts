/** Serves the shared test data to tests in the browser, under `/test-data/`; 404 where there is none. */

import { createReadStream, existsSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import type { Plugin } from 'vite';

const root = process.env['SONDE_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data');

export function serveTestData(): Plugin {
  return {
    name: 'sonde:test-data',
    configureServer(server) {
      server.middlewares.use('/test-data', (request, response) => {
        const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
        const file = join(root, path);
        if (!existsSync(file)) {
          response.statusCode = 404;
          response.end();
        } else createReadStream(file).pipe(response);
      });
    },
  };
}
