-- The two tables of the example pipelines.

-- `receipts` inserts each receipt once, when it is completed. The table needs no key for that.
CREATE TABLE IF NOT EXISTS hc_dd_skd (
  extend_processInstanceId VARCHAR(64),
  order_no_new             VARCHAR(255),
  datetime_new             DATETIME,
  qty_count                INT,
  sales_count              DECIMAL(38, 6),
  status                   VARCHAR(64),
  Document_Type            VARCHAR(64)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- `receipts_current` holds each receipt as it is now, whatever its state.
CREATE TABLE IF NOT EXISTS hc_dd_skd_current (
  id          VARCHAR(64) PRIMARY KEY,
  order_no    VARCHAR(255),
  received_on DATETIME,
  amount      DECIMAL(38, 6),
  state       VARCHAR(64)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
