import { randomUUID } from 'node:crypto';
import { escapeXml } from '../xml.js';
import type { OnvifRequest } from './requests.js';

const events = 'http://www.onvif.org/ver10/events/wsdl';
const notification = 'http://docs.oasis-open.org/wsn/b-2';
const addressing = 'http://www.w3.org/2005/08/addressing';

/**
 * An event request with its WS-Addressing headers, which subscription managers tell requests apart by. `onvif` keeps its
 * pull points for itself and re-subscribes some 180 times a second where a camera answers faults (Q72), so
 * these are written here.
 */
function addressed(operation: string, action: string, url: string, body: string): OnvifRequest {
  return {
    operation,
    action,
    envelope:
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${addressing}"><s:Header>` +
      `<a:Action s:mustUnderstand="1">${action}</a:Action><a:MessageID>urn:uuid:${randomUUID()}</a:MessageID>` +
      `<a:ReplyTo><a:Address>${addressing}/anonymous</a:Address></a:ReplyTo>` +
      `<a:To s:mustUnderstand="1">${escapeXml(url)}</a:To></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  };
}

/** ONVIF Core §9.2. @param lifetimeMs how long the subscription is to live without renewal */
export const createPullPoint = (url: string, lifetimeMs: number): OnvifRequest =>
  addressed(
    'CreatePullPointSubscription',
    `${events}/EventPortType/CreatePullPointSubscriptionRequest`,
    url,
    `<CreatePullPointSubscription xmlns="${events}"><InitialTerminationTime>${duration(lifetimeMs)}` +
      '</InitialTerminationTime></CreatePullPointSubscription>',
  );

/** @param timeoutMs how long the camera may wait for something to tell */
export const pullMessages = (url: string, timeoutMs: number): OnvifRequest =>
  addressed(
    'PullMessages',
    `${events}/PullPointSubscription/PullMessagesRequest`,
    url,
    `<PullMessages xmlns="${events}"><Timeout>${duration(timeoutMs)}</Timeout><MessageLimit>100</MessageLimit></PullMessages>`,
  );

export const renew = (url: string, lifetimeMs: number): OnvifRequest =>
  addressed(
    'Renew',
    'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest',
    url,
    `<Renew xmlns="${notification}"><TerminationTime>${duration(lifetimeMs)}</TerminationTime></Renew>`,
  );

export const unsubscribe = (url: string): OnvifRequest =>
  addressed(
    'Unsubscribe',
    'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest',
    url,
    `<Unsubscribe xmlns="${notification}"/>`,
  );

/** Whole seconds as xs:duration; cameras do not all understand minutes. */
const duration = (ms: number): string => `PT${Math.max(1, Math.round(ms / 1_000))}S`;
