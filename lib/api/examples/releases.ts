import { product, RELEASE_ID } from './licensing.ts';

/** Values of releases that OpenAPI shows. */
export const release = {
  id: RELEASE_ID,
  product: { id: product.id, slug: product.slug },
  version: '3.17.1',
  channel: 'stable',
  status: 'published',
  rollout_percent: 100,
  name: 'WP Rocket',
  requires: '6.0',
  tested: '6.8',
  requires_php: '7.4',
  sections: { changelog: '<h4>3.17.1</h4>\n<ul>\n<li>Fixes the preload of pages.</li>\n</ul>' },
  upgrade_notice: null,
  package: {
    state: 'accepted',
    size: 48_213,
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    errors: [],
  },
  published_at: '2026-11-23T10:15:00Z',
  yanked_at: null,
  created_at: '2026-11-23T10:00:00Z',
  updated_at: '2026-11-23T10:15:00Z',
};

/** The fields by which a site recognizes a package that was published here. */
export const signedPackage = {
  sha256: release.package.sha256,
  size: release.package.size,
  signature: 'diSfQlSIRzI8eGsvjLqicuVSLi-y3cOoUPU7oMoKxZ0o-zHwJdiJiCQX4rldTphAUp4szI9zwHTKx56RbAD5CA',
  kid: 'n1utWnTLu-Hem6cfRO7Zfw',
};

export const draft = {
  ...release,
  status: 'draft',
  name: null,
  requires: null,
  tested: null,
  requires_php: null,
  sections: {},
  package: { state: 'waiting', size: null, sha256: null, errors: [] },
  published_at: null,
  updated_at: '2026-11-23T10:00:00Z',
  upload: {
    method: 'PUT',
    url: 'https://bucket.s3.eu-west-1.amazonaws.com/drafts/…?X-Amz-Signature=…',
    headers: { 'content-type': 'application/zip' },
    expires_at: '2026-11-23T11:00:00Z',
  },
};

export const yanked = { ...release, status: 'yanked', yanked_at: '2026-11-24T08:00:00Z' };
