export * from '../../src/adapters/ingest/formats/html/article';
