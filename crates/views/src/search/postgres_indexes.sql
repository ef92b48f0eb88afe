CREATE INDEX search_by_words ON search USING gin (words);
