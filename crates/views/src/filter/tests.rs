mod language;
mod plain;
mod rows;
