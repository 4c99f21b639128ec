// SPDX-License-Identifier: Apache-2.0
// What one writes by hand: pages by undici, rows by mysql2 in statements of many rows.
//
//   node straight.mjs URL SOCKET DATABASE
import mysql from 'mysql2/promise'
import { Pool } from 'undici'

const PAGE = 100
const BATCH = 1000
const INSERT =
  'INSERT INTO hc_dd_skd (extend_processInstanceId, order_no_new, datetime_new, qty_count,' +
  ' sales_count, status, Document_Type) VALUES ?'

const day = (milliseconds) => new Date(milliseconds + 8 * 3600e3).toISOString().slice(0, 10)

const rowOf = ({ processInstanceId, data }) => [
  processInstanceId,
  data.serialNumberField_lgorr6rv ?? null,
  data.dateField_lgkgut9r === undefined ? null : day(data.dateField_lgkgut9r),
  '1',
  data.numberField_lgkgut81 ?? null,
  null,
  '收款单',
]

const [url, socketPath, database] = process.argv.slice(2)
const pool = new Pool(url, { connections: 1 })
const connection = await mysql.createConnection({ socketPath, user: 'root', database })
let rows = []
for (let number = 1; ; number++) {
  const { body } = await pool.request({
    path: `/v1.0/yida/processes/instances?pageNumber=${number}&pageSize=${PAGE}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"formUuid":"FORM-SKD"}',
  })
  const { data } = await body.json()
  rows.push(...data.map(rowOf))
  const last = data.length < PAGE
  if (rows.length > 0 && (last || rows.length >= BATCH)) {
    await connection.query(INSERT, [rows])
    rows = []
  }
  if (last) break
}
await connection.end()
await pool.close()
