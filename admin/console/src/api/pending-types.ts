// The shapes of pending.ts. Pages import them from types.ts, which names each shape once, wherever it comes from.
import type { components } from './schema';

type S = components['schemas'];

export interface List<R> {
  items: R[] | null;
}
export interface Page<R> extends List<R> {
  next?: string;
}
export interface Named {
  id: number;
  name: string;
}

export type TenantKind = 'operator' | 'reseller' | 'merchant';
export type DataScope = 'own' | 'unit' | 'unit_and_below' | 'tenant';

export const permissions = [
  'home.view',
  'campaigns.view', 'campaigns.edit', 'campaigns.run', 'campaigns.delete',
  'contacts.import',
  'calls.view', 'calls.listen', 'calls.listen_live', 'calls.take_over', 'calls.export', 'calls.delete',
  'scripts.view', 'scripts.edit', 'scripts.deploy', 'scripts.review',
  'trunks.view', 'trunks.edit',
  'dnc.view', 'dnc.edit', 'wechat.view', 'wechat.edit', 'agents.view', 'agents.edit',
  'team.view', 'team.edit',
  'roles.view', 'roles.edit',
  'log.view',
  'companies.view', 'companies.edit',
  'announcements.edit',
] as const;
export type Permission = (typeof permissions)[number];

export interface Me {
  id: number;
  account: string;
  name: string;
  phone: string;
  email: string;
  agent_number?: string;
  bound_number?: string;
  tenant: { id: number; name: string; kind: TenantKind; zone: string; code: string };
  unit: Named | null;
  role: (Named & { data_scope: DataScope }) | null;
  permissions: Permission[];
  must_change_password: boolean;
  mask_numbers: boolean;
  unread: number;
  signed_in_at: string;
  last_sign_in: { at: string; address: string } | null;
  created_at: string;
}
export interface ProfileForm {
  name?: string;
  phone?: string;
  email?: string;
}
export interface Session {
  id: string;
  current: boolean;
  address: string;
  user_agent: string;
  created_at: string;
  seen_at: string;
}

export type NotificationKind = 'alarm' | 'campaign_finished' | 'import_finished' | 'export_finished' | 'announcement' | 'script_submitted' | 'script_approved' | 'script_refused';
// NoticeData is what a notification tells of, without the words. Which members it has follows from the kind; the rest is
// empty or zero.
export interface NoticeData {
  campaign?: string;
  campaign_id?: number;
  rule?: string;
  value?: number;
  limit?: number;
  calls?: number;
  state?: string;
  reason?: string;
  id?: number;
  file?: string;
  work?: string;
  total?: number;
  accepted?: number;
  rejected?: number;
  rows?: number;
  announcement_id?: number;
  level?: string;
  script?: string;
  script_id?: number;
  version?: number;
  company?: string;
}
export interface Notification {
  id: number;
  kind: NotificationKind;
  title: string;
  body: string;
  link: string;
  data?: NoticeData;
  created_at: string;
  read_at?: string;
}
export type AnnouncementLevel = 'info' | 'release' | 'warning';
export interface AnnouncementForm {
  title: string;
  body: string;
  level: AnnouncementLevel;
}
export interface Announcement extends AnnouncementForm {
  id: number;
  published_at: string;
  author: string;
}

export type Grade = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';
export interface Home {
  counters: { uncalled_plans: number; last_plan_at?: string; last_call_at?: string; days_served: number };
  totals: { placed: number; answered: number; answer_rate: number; talk_total_ms: number; intent: number };
  days: { date: string; placed: number; answered: number; grades: Partial<Record<Grade, number>> }[] | null;
  campaigns: Record<CampaignState, number>;
  robots: { allotted: number; given: number; reserved: number; in_use: number; free: number }; // -1 for any number
  announcements: Announcement[] | null;
}

export interface Unit {
  id: number;
  parent_id: number | null;
  name: string;
  members: number;
}
export interface MemberForm {
  account: string;
  name: string;
  phone: string;
  email?: string;
  agent_number?: string;
  bound_number?: string;
  unit_id: number;
  role_id: number;
  mask_numbers: boolean;
  concurrent_sign_in: boolean;
}
export interface Member extends Omit<MemberForm, 'unit_id' | 'role_id'> {
  id: number;
  unit: Named;
  role: Named;
  disabled: boolean;
  must_change_password: boolean;
  last_sign_in_at?: string;
  created_at: string;
}
export interface PermissionRow {
  key: Permission;
  module: string;
  dangerous: boolean;
}
export interface RoleForm {
  name: string;
  description: string;
  data_scope: DataScope;
  permissions: Permission[];
}
export interface Role extends RoleForm {
  id: number;
  template: 'administrator' | 'supervisor' | 'member' | 'auditor' | '';
  members: number;
  built_in: boolean;
}
export interface CompanyForm {
  parent_id?: number;
  kind: 'reseller' | 'merchant';
  name: string;
  code: string;
  zone: string;
  contact_name: string;
  contact_phone: string;
  admin_account: string;
  robots: number;
}
export interface Company extends Omit<CompanyForm, 'admin_account' | 'parent_id' | 'robots'> {
  id: number;
  parent_id: number;
  parent_name: string;
  banned_at?: string;
  ban_reason?: string;
  banned_by_ancestor: boolean;
  children: number;
  members: number;
  campaigns_running: number;
  robots: number; // -1 for any number
  robots_given: number;
  robots_reserved: number;
  created_at: string;
}
export interface Operation {
  id: number;
  at: string;
  actor: { id: number; account: string; name: string };
  address: string;
  module: string;
  action: string;
  target: { kind: string; id: string | number; name: string };
  summary: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface DncGroupForm {
  name: string;
  remark: string;
  expires_at?: string;
}
export interface DncGroup extends DncGroupForm {
  id: number;
  expired: boolean;
  numbers: number;
  created_at: string;
  created_by: string;
}
export interface DncNumber {
  id: number;
  number: string;
  remark: string;
  created_at: string;
}
export type Import = Omit<S['Import'], 'campaign_id'> & { campaign_id?: number };

export type CampaignState = S['Campaign']['state'];
export interface Dnc {
  enabled: boolean;
  group_ids: number[];
}
interface CampaignGains {
  owner?: Named;
  unit?: Named | null;
  updated_by?: string;
  dnc?: Dnc;
  redial_to_campaign_id?: number;
}
export type Campaign = S['Campaign'] & CampaignGains;
export type CampaignDetail = S['CampaignDetail'] & CampaignGains;
export type CampaignForm = S['CreateCampaignInputBody'] & { dnc?: Dnc; redial_to_campaign_id?: number };

export interface Count<K extends string = string> {
  key: K;
  count: number;
}
export interface CampaignFigures {
  progress: number;
  answer_rate: number;
  abandon_rate: number;
  intent_rate: number;
  intent_of_answered: number;
  talk_total_ms: number;
  talk_mean_ms: number;
  callee_hangup_rate: number;
  placed: number;
  answered: number;
  talked: number;
  grade_ab: number;
}
export type CallClass = 'answered' | 'line_fault' | 'callee_fault';
export interface CampaignLive {
  campaign: CampaignDetail;
  figures: CampaignFigures;
  funnel: Count<'contacts' | 'called' | 'answered' | 'talked' | 'grade_ab'>[];
  pies: {
    grades: Count[];
    turns: Count[];
    talk: Count[];
    states: { class: CallClass; count: number; details: Count[] | null }[];
  };
  live_calls: number;
  idle: S['Idle'] | null;
  as_of: string;
}
export interface Alarm {
  enabled: boolean;
  answer_rate_below?: number;
  intent_rate_below?: number;
  mean_talk_below_s?: number;
  consecutive_abnormal?: number;
  on_finished: boolean;
  not_dialling_minutes?: number;
  min_calls: number;
  member_ids: number[];
}

export type CallFilter = NonNullable<S['CallFilter']>;
export type CallSelection = { ids: string[] } | { filter: CallFilter };
export type Call = S['Call'];
export type CallDetail = S['CallDetail'];
export type CallPage = S['CallPage'];

export type Export = S['Export'];
export type ExportKind = Export['kind'];
