export * from '../../src/adapters/ingest/formats/docx/docx';
