export * from '../../src/adapters/ingest/formats/ocr/ocr';
