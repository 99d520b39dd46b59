/** Values that OpenAPI shows. A test checks them against their schemas. */
export const licenseCount = {
  count: 1274,
  by_status: { valid: 1102, expired: 131, suspended: 4, cancelled: 37 },
  as_of: '2026-11-23T12:00:00Z',
};

export const analytics = {
  metric: 'renewed',
  granularity: 'day',
  series: [
    { at: '2026-11-21', value: 14 },
    { at: '2026-11-22', value: 9 },
    { at: '2026-11-23', value: 17 },
  ],
  as_of: '2026-11-23T12:00:00Z',
};
