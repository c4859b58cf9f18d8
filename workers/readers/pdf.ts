export * from '../../src/adapters/ingest/formats/pdf/pdf';
