/** Serves tests in the browser: the shared test data under `/test-data/`, small wheels under `/test-wheels/`. */

import { createReadStream, existsSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { sampleWheels } from '../../fixtures/wheels.ts';

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
      const { lock, files } = sampleWheels();
      server.middlewares.use('/test-wheels', (request, response) => {
        const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
        const body = name === 'lock.json' ? Buffer.from(JSON.stringify(lock)) : files.get(name);
        response.statusCode = body ? 200 : 404;
        setTimeout(() => response.end(body), name.startsWith('slow') ? 1500 : 0);
      });
    },
  };
}
