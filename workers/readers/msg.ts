export * from '../../src/adapters/ingest/formats/mail/msg';
