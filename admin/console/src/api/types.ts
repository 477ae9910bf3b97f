// The shapes that pages work with, under the names of the product. A page imports from here and never from the generated
// file, so that a shape may move from pending-types.ts to the generated document without a page noticing.
import type { Me, Permission } from './pending-types';
import type { components } from './schema';

export * from './pending-types';
export type Script = components['schemas']['Script'];
export type ScriptState = Script['state'];
export type ScriptDeployment = Script['deployment'];
export type ScriptVersion = components['schemas']['ScriptVersion'];
export type ScriptVersionDetail = components['schemas']['ScriptVersionDetail'];
export type ScriptVersionState = ScriptVersion['state'];
export type ScriptDraft = components['schemas']['ScriptDraft'];
export type ScriptProblem = components['schemas']['ScriptProblem'];
export type ScriptDiff = components['schemas']['ScriptDiff'];
export type NodeChange = components['schemas']['NodeChange'];
export type PartChange = components['schemas']['PartChange'];
export type FieldChange = components['schemas']['FieldChange'];
export type ScriptOffer = components['schemas']['ScriptOffer'];
export type ScriptReview = components['schemas']['ScriptReview'];
export type ScriptReviewDetail = components['schemas']['ScriptReviewDetail'];
export type ScriptReport = components['schemas']['ScriptReport'];
export type ScriptCompared = components['schemas']['ScriptCompared'];
export type ScriptReplay = components['schemas']['ScriptReplay'];
export type ReplayedCall = components['schemas']['ReplayedCall'];
export type UnmatchedGroup = components['schemas']['UnmatchedGroup'];
export type UnmatchedSentence = components['schemas']['UnmatchedSentence'];
export type Talk = components['schemas']['Talk'];
export type TalkStep = components['schemas']['TalkStep'];
export type TalkAction = components['schemas']['TalkAction'];
export type TalkMatch = components['schemas']['TalkMatch'];
export type TalkInput = components['schemas']['Input'];
export type ScriptSentence = components['schemas']['ScriptSentence'];
export type WeChatRobot = components['schemas']['WeChatRobot'];
export type Trunk = components['schemas']['Trunk'];
export type TrunkForm = components['schemas']['TrunkForm'];
export type Agent = components['schemas']['Agent'];
export type AgentGroup = components['schemas']['AgentGroup'];
export type Listening = components['schemas']['Listening'];
export type Turn = components['schemas']['Turn'];
export type Match = components['schemas']['Match'];
export type Contact = components['schemas']['Contact'];
export type Redial = components['schemas']['Redial'];
export type Window = components['schemas']['Window'];
export type Idle = components['schemas']['Idle'];
export type Progress = components['schemas']['Progress'];
export type Summary = components['schemas']['Summary'];

// can says whether this person's role allows it. What needs no permission is allowed.
export function can(me: Me | null | undefined, permission: Permission | undefined): boolean {
  if (!permission) return true;
  return me?.permissions?.includes(permission) ?? false;
}
