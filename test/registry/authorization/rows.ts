/**
 * Who may call what: one line per operationId of the OpenAPI document. Adding a route means adding a line here;
 * matrix.test.ts fails for a route without one, and asks every line as every principal about every target.
 *
 *   getThing: { may: 'acting', on: 'tenant' },
 *
 * may    anyone  no credentials needed: the route says so by `...open`
 *        agent   an enrolled agent, about its own cameras
 *        user    a signed-in person (no API key)
 *        acting  a person or an API key, guards too
 *        admin   the same without guards (R29)
 *        role    whose role has the right on the camera: guards without a role only watch (R30)
 *        platform  the same of the platform itself
 *        customerOwner  an owner of the addressed customer or of one above it (R32)
 * on     whose id stands in the path (or in `query`, `body`): outside the subtree the answer is 404, word for
 *        word that of an unknown id (R3). Kinds of fixtures: world.ts. Left out: nothing is addressed.
 * above  only somebody above the addressed tenant may; on the own one it is 403 (R10, R20)
 * query, headers, body   what the request must carry to be understood; `t` holds the ids of the target's fixtures; a
 *        body that is text is sent as it is
 * file   what `{file}`, `{ticket}` and the like become
 * unseen what is answered instead of 404 outside the subtree, where the id is a field of the body
 * hollow what those who may are answered instead, as the fixture has nothing to show (404), is no proof (401) or is
 *        not there to be asked (503)
 */
import { unknownFixtures, type Fixtures } from './world.js';

export interface Row {
  may: 'anyone' | 'agent' | 'user' | 'acting' | 'admin' | 'role' | 'platform' | 'customerOwner';
  on?: keyof Fixtures;
  above?: true;
  unseen?: '422 invalid';
  hollow?: 401 | 404 | 503;
  query?: (t: Fixtures) => Record<string, string>;
  headers?: Record<string, string>;
  body?: (t: Fixtures) => unknown;
  file?: Record<string, string>;
}

const version = { 'if-match': '"1"' };
const csv = { 'content-type': 'text/csv' };
const contact = { name: 'New', email: 'new@people.example' };
const password = 'a-good-password';
const times = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
const hour = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' };

export const rows: Readonly<Record<string, Row>> = {
  // Open.
  getTime: { may: 'anyone' },
  getHealth: { may: 'anyone' },
  enrol: { may: 'anyone' },
  signIn: { may: 'anyone', body: () => ({ email: 'nobody@people.example', password }) },
  askClaim: { may: 'anyone', body: () => ({}) },
  pollClaim: { may: 'anyone', file: { id: 'clm_01ZZZZZZZZZZZZZZZZZZZZZZZZ' }, body: () => ({}) },
  finishSignIn: { may: 'anyone', body: () => ({}) },
  requestPasswordReset: { may: 'anyone', body: () => ({ email: 'nobody@people.example' }) },
  playFile: { may: 'anyone', file: { ticket: 'none', file: 'index.m3u8' } },

  // The caller itself.
  getMe: { may: 'acting' },
  signOut: { may: 'user' },

  listSessions: { may: 'user' },
  revokeSession: { may: 'user', hollow: 404, file: { sessionId: '0'.repeat(32) } },
  changePassword: { may: 'user', hollow: 404, body: () => ({ current: 'x', next: password }) },
  confirmPassword: { may: 'user', hollow: 404, body: () => ({ password: 'x' }) },
  resendConfirmation: { may: 'user' },
  listSecondFactors: { may: 'user' },
  beginTotp: { may: 'user' },
  confirmTotp: { may: 'user', body: () => ({ code: '000000' }) },
  removeTotp: { may: 'user', hollow: 404 },
  beginPasskey: { may: 'user' },
  addPasskey: {
    may: 'user',
    hollow: 401,
    body: () => ({ challenge: 'none', name: 'New', credential: { id: 'none', type: 'public-key' } }),
  },
  removePasskey: { may: 'user', hollow: 404, file: { passkeyId: 'none' } },
  renewRecoveryCodes: { may: 'user' },

  // Tenants.
  listTenants: { may: 'acting' },
  getTenant: { may: 'acting', on: 'tenant' },
  createTenant: {
    may: 'admin',
    on: 'tenant',
    unseen: '422 invalid',
    body: (t) => ({ kind: 'customer', parentId: t.tenant, ...contact }),
  },
  changeTenant: { may: 'admin', on: 'tenant', headers: version, body: () => ({ phone: '1' }) },
  disableTenant: { may: 'admin', on: 'tenant', above: true, body: () => ({}) },
  enableTenant: { may: 'admin', on: 'tenant', above: true, body: () => ({}) },

  moveTenant: { may: 'admin', on: 'tenant', body: () => ({ parentId: unknownFixtures.tenant }), above: true },
  deleteTenant: { may: 'admin', on: 'tenant', above: true, body: () => ({ confirm: 'delete' }) },
  getChecklist: { may: 'acting', on: 'tenant' },
  getTenantModules: { may: 'acting', on: 'tenant' },
  setTenantModules: { may: 'admin', on: 'tenant', above: true, headers: version, body: () => ({ off: [] }) },
  listOperations: { may: 'admin' },
  getOperation: { may: 'admin', on: 'operation' },
  cancelOperation: { may: 'admin', on: 'operation' },
  retryOperation: { may: 'admin', on: 'operation' },
  listLegalHolds: { may: 'admin' },
  createLegalHold: {
    may: 'admin',
    on: 'tenant',
    body: (t) => ({ customerId: t.tenant, ...times, reason: 'x' }),
  },
  releaseLegalHold: { may: 'admin', on: 'legalHold' },

  // People and keys.
  listUsers: { may: 'admin' },
  createUser: { may: 'admin', on: 'tenant', body: (t) => ({ tenantId: t.tenant, ...contact, password }) },
  addMembership: {
    may: 'admin',
    on: 'tenant',
    hollow: 404,
    body: (t) => ({ tenantId: t.tenant, email: 'nobody@people.example' }),
  },
  getUser: { may: 'admin', on: 'user' },
  changeUser: { may: 'admin', on: 'user', headers: version, body: () => ({ name: 'New' }) },
  deleteUser: { may: 'admin', on: 'user', headers: version },
  disableUser: { may: 'admin', on: 'user', body: () => ({}) },
  enableUser: { may: 'admin', on: 'user' },
  sendActivation: { may: 'admin', on: 'user', body: () => ({}) },
  resetSecondFactor: { may: 'admin', on: 'user' },
  listRoles: { may: 'admin' },
  createRole: {
    may: 'admin',
    on: 'tenant',
    body: (t) => ({ tenantId: t.tenant, name: 'New', family: 'guard' }),
  },
  getRole: { may: 'admin', on: 'role' },
  changeRole: { may: 'admin', on: 'role', headers: version, body: () => ({ name: 'New' }) },
  deleteRole: { may: 'admin', on: 'role', headers: version },
  listSupportGrants: { may: 'admin' },
  createSupportGrant: { may: 'customerOwner', on: 'tenant', body: (t) => ({ customerId: t.tenant }) },
  revokeSupportGrant: { may: 'admin', on: 'supportGrant' },
  suggestAddresses: { may: 'admin', query: () => ({ q: 'Main' }) },
  listLetters: { may: 'platform' },
  testMail: { may: 'platform' },
  getPlatform: { may: 'platform' },
  testPublicUrl: { may: 'platform' },
  readLetter: { may: 'platform', hollow: 404, file: { letterId: 'ltr_01ZZZZZZZZZZZZZZZZZZZZZZZZ' } },
  listApiKeys: { may: 'admin' },
  createApiKey: { may: 'admin', on: 'tenant', body: (t) => ({ tenantId: t.tenant, name: 'New' }) },
  revokeApiKey: { may: 'admin', on: 'apiKey' },

  // Plans, history.
  listPlans: { may: 'acting' },
  createPlan: {
    may: 'admin',
    on: 'tenant',
    body: (t) => ({ tenantId: t.tenant, name: 'New', retentionDays: 1 }),
  },
  changePlan: { may: 'admin', on: 'ownPlan', headers: version, body: () => ({ name: 'New' }) },
  deletePlan: { may: 'admin', on: 'ownPlan', headers: version },
  verifyHistory: { may: 'admin', on: 'tenant', query: (t) => ({ tenant: t.tenant }) },
  exportHistory: { may: 'admin', on: 'tenant', query: (t) => ({ tenant: t.tenant }) },
  listHistory: { may: 'admin', on: 'tenant', query: (t) => ({ tenant: t.tenant }) },

  // Agents.
  listAgents: { may: 'acting' },
  getAgent: { may: 'acting', on: 'agent' },
  changeAgent: { may: 'admin', on: 'agent', headers: version, body: () => ({ name: 'New' }) },
  revokeAgent: { may: 'admin', on: 'agent' },
  reportAgentStolen: { may: 'admin', on: 'agent' },
  replaceAgent: {
    may: 'admin',
    on: 'agent',
    body: () => ({ byAgentId: unknownFixtures.agent }),
    hollow: 404,
  },
  offerAgent: {
    may: 'admin',
    on: 'agent',
    body: () => ({ integratorId: unknownFixtures.tenant }),
    hollow: 404,
  },
  withdrawAgent: { may: 'admin', on: 'agent' },
  settleAgent: { may: 'admin', on: 'agent' },
  setUpSite: { may: 'admin', on: 'agent', body: () => ({ kind: 'view' }) },
  getSetupPicture: { may: 'admin', on: 'agent', hollow: 503, file: { localId: 'cam-1' } },
  getHandOver: { may: 'admin', on: 'agent' },
  listAgentOffers: { may: 'admin' },
  acceptAgent: { may: 'admin', on: 'agent', hollow: 404 },
  declineAgent: { may: 'admin', on: 'agent', hollow: 404 },
  listClaims: { may: 'admin' },
  getClaim: { may: 'admin', hollow: 404, file: { code: '7K3M-Q9TD-2HXV' } },
  approveClaim: {
    may: 'admin',
    hollow: 404,
    file: { code: '7K3M-Q9TD-2HXV' },
    body: (t) => ({ integratorId: t.tenant }),
  },
  rejectClaim: { may: 'admin', hollow: 404, file: { code: '7K3M-Q9TD-2HXV' } },
  listEnrolmentTokens: { may: 'admin' },
  createEnrolmentToken: {
    may: 'admin',
    on: 'tenant',
    body: (t) => ({ integratorId: t.tenant, name: 'New' }),
  },
  revokeEnrolmentToken: { may: 'admin', on: 'enrolmentToken' },
  putSegment: { may: 'agent', file: { id: 'seg_01ZZZZZZZZZZZZZZZZZZZZZZZZ' } },
  offerSegment: { may: 'agent', file: { id: 'seg_01ZZZZZZZZZZZZZZZZZZZZZZZZ' } },
  putSegmentPart: { may: 'agent', file: { id: 'seg_01ZZZZZZZZZZZZZZZZZZZZZZZZ', part: '1' } },
  completeSegment: { may: 'agent', file: { id: 'seg_01ZZZZZZZZZZZZZZZZZZZZZZZZ' } },
  putSnapshot: { may: 'agent', on: 'camera' },

  // What happens.
  getStopping: { may: 'admin', on: 'tenant' },
  getHome: { may: 'acting', on: 'tenant' },
  getStatistics: { may: 'admin', on: 'tenant' },
  exportStatistics: { may: 'admin', on: 'tenant' },
  getBrandingOfHost: { may: 'anyone', query: () => ({ host: 'cams.example.com' }) },
  tryBrandColor: { may: 'anyone', query: () => ({ color: '1c5fb8' }) },
  getBrandingImage: { may: 'anyone', file: { hash: '0'.repeat(64) } },
  getBranding: { may: 'acting', on: 'tenant' },
  changeBranding: {
    may: 'admin',
    on: 'tenant',
    headers: { 'if-match': '"0"' },
    body: () => ({ name: 'New' }),
  },
  search: { may: 'acting', query: () => ({ q: 'Camera' }) },
  getPreferences: { may: 'user' },
  changePreferences: { may: 'user', headers: { 'if-match': '"0"' }, body: () => ({ theme: 'dark' }) },
  listenToEvents: { may: 'acting', on: 'tenant', query: (t) => ({ scope: t.tenant }) },

  // Cameras and their footage.
  listCameras: { may: 'acting' },
  getCamera: { may: 'acting', on: 'camera' },
  changeCamera: { may: 'admin', on: 'camera', headers: version, body: () => ({ name: 'New' }) },
  changeRecording: {
    may: 'admin',
    on: 'camera',
    headers: version,
    body: () => ({ mode: 'continuous', stream: 'main', retentionDays: 7 }),
  },
  enableCamera: { may: 'admin', on: 'camera' },
  disableCamera: { may: 'admin', on: 'camera' },
  listReplacedHardware: { may: 'admin', on: 'camera' },
  forgetReplacedHardware: { may: 'admin', on: 'camera' },
  replaceCamera: {
    may: 'admin',
    on: 'camera',
    body: () => ({ byCameraId: unknownFixtures.camera }),
    hollow: 404,
  },
  bindCameras: {
    may: 'admin',
    on: 'tenant',
    body: (t) => ({ ids: [t.camera], customerId: t.tenant, planId: t.plan }),
  },
  unbindCameras: { may: 'admin', body: (t) => ({ ids: [t.camera] }) },
  setCameraPlans: { may: 'admin', body: (t) => ({ ids: [t.camera], planId: t.plan }) },
  enableCameras: { may: 'admin', body: (t) => ({ ids: [t.camera] }) },
  disableCameras: { may: 'admin', body: (t) => ({ ids: [t.camera] }) },
  tagCameras: { may: 'admin', body: (t) => ({ ids: [t.camera], add: ['x'] }) },
  countCameras: { may: 'acting' },
  exportCameras: { may: 'acting' },
  importCameras: { may: 'admin', headers: csv, body: (t) => `id,name\n${t.camera},New` },
  getCameraImportTemplate: { may: 'admin' },
  listExpectedCameras: { may: 'admin' },
  forgetExpectedCamera: { may: 'admin', on: 'expectedCamera' },
  summarizeCameras: { may: 'acting' },
  listRecordings: { may: 'acting', on: 'camera', query: () => times },
  createClip: { may: 'role', on: 'camera', hollow: 404, body: () => ({ ...hour, name: 'New' }) },
  listClips: { may: 'acting' },
  getClip: { may: 'acting', on: 'clip' },
  downloadClip: { may: 'acting', on: 'clip' },
  retryClip: { may: 'role', on: 'clip' },
  deleteClip: { may: 'role', on: 'clip' },
  exportEvidence: { may: 'role', on: 'camera', hollow: 404, query: () => hour },
  createShareLink: { may: 'role', on: 'clip', body: (t) => ({ clipId: t.clip, name: 'New' }) },
  listShareLinks: { may: 'acting' },
  revokeShareLink: { may: 'role', on: 'shareLink' },
  startPlayback: { may: 'acting', on: 'camera', hollow: 404, body: () => times },
  prepareLive: { may: 'acting', on: 'camera', hollow: 503, body: () => ({}) },
  watchLive: { may: 'acting', on: 'camera', hollow: 503 },
  getSnapshot: { may: 'acting', on: 'camera', hollow: 404 },
};
