-- 'generation' is written last when the tables are built: without it they are not whole.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The last position applied, per partition; moves in the transaction of the effect.
CREATE TABLE watermarks (
    partition INTEGER NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);
