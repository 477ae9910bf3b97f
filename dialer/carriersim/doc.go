// Package carriersim is a telephone carrier for demos, tests and benchmarks: it answers SIP as a carrier would, lets people
// answer who really speaks, and measures what they hear. Nothing in it calls out, and nothing in it is a softphone: it does
// not register, and it takes calls to any number.
//
// # The number table
//
// The called number decides what happens. When its last six digits are 9090 and a row's code, that row is taken, whatever
// the seed: 13000909022 rings until it is cancelled. Every other number is dealt a row by the weights, from the number's
// digits and the seed alone, so that the same campaign with the same seed meets the same people.
//
//	code name                 weight  what happens
//	01   interested              130  answers, agrees, asks a price now and then, says goodbye
//	02   questions                90  answers every turn with a question, decides at the end
//	03   refuses                  90  says no, at times twice, may hang up itself
//	04   interrupts               60  speaks over the robot 1-2 s into its prompt
//	05   silent                   25  answers and never speaks
//	06   hangs-up-early           40  hangs up while the robot's first prompt plays
//	07   backchannels             45  says 嗯 and 对 while the robot speaks, then agrees
//	08   postpones                40  is busy, asks to be called later
//	09   keypad                    0  answers the first prompt with the keys 1 and #
//	10   voicemail                50  greeting, beep, silence; hangs up after 20 s of it
//	11   mailbox                   0  answers with the greeting of a mailbox, one of several, then beep and silence
//	12   says-hello                0  answers in one of many ways that people answer in, then as interested
//	20   busy                     50  486
//	21   busy-tone                20  183 with busy tone for 3 s, then 486
//	22   no-answer                80  rings until CANCEL
//	23   no-answer-480            25  rings 20-30 s, then 480
//	24   rejected                 40  rings 1-6 s, then 603
//	25   congestion               15  503 at once
//	26   congestion-tone          10  183 with congestion tone for 3 s, then 503
//	27   no-answer-announced      15  rings 20-30 s, announcement in early media, then 480
//	30   powered-off              55  announcement in early media, then 480
//	31   vacant                   35  announcement in early media, then 404
//	32   suspended                25  announcement in early media, then 503
//	33   in-call                  30  announcement in early media, then 486
//	34   unreachable              15  announcement in early media, then 480
//	35   network-busy              5  announcement in early media, then 503
//	36   vacant-plain              0  404 without a word
//	37   forbidden                 0  403
//	38   number-changed            0  410
//	39   not-acceptable            0  488
//	40   slow-to-connect          10  8-14 s without ringing, then as interested
//	41   drops-after-answer       10  BYE within a second of the answer
//	42   answers-at-once           0  200 without ringing, then as interested
//	50   no-rtp                    0  answers, sends no RTP
//	51   malformed-sdp             0  200 with a body that is not SDP
//	52   no-final                  0  180 and nothing more; CANCEL gets no 487
//	53   ignores-bye               0  as silent, but BYE is left unanswered and RTP goes on for 10 s
//	54   ignores-ack               0  as interested, but the 200 is repeated for 8 s in spite of the ACK
//	55   no-sdp                    0  200 without a body
//	56   rtp-stops                 0  answers, sends RTP for 2 s, then neither RTP nor BYE for 60 s
//	61   says-powered-off          0  announcement of the state powered_off in early media, Chinese and English, then 480 without a reason
//	62   says-vacant               0  announcement of the state vacant in early media, Chinese and English, then 480 without a reason
//	63   says-suspended            0  announcement of the state suspended in early media, Chinese and English, then 480 without a reason
//	64   says-in-call              0  announcement of the state in_call in early media, Chinese and English, then 480 without a reason
//	65   says-rejected             0  announcement of the state rejected in early media, Chinese and English, then 480 without a reason
//	66   says-unreachable          0  announcement of the state unreachable in early media, Chinese and English, then 480 without a reason
//	67   says-service-suspended      0  announcement of the state service_suspended in early media, Chinese and English, then 480 without a reason
//	68   says-busy                 0  announcement of the state busy in early media, Chinese and English, then 480 without a reason
//	69   says-wrong-number         0  announcement of the state wrong_number in early media, Chinese and English, then 480 without a reason
//	70   says-incoming-barred      0  announcement of the state incoming_barred in early media, Chinese and English, then 480 without a reason
//	71   says-voicemail            0  announcement of the state voicemail in early media, Chinese and English, then 480 without a reason
//	72   says-forwarding-failed      0  announcement of the state forwarding_failed in early media, Chinese and English, then 480 without a reason
//	73   says-network-busy         0  announcement of the state network_busy in early media, Chinese and English, then 480 without a reason
//	74   says-no-answer            0  announcement of the state no_answer in early media, Chinese and English, then 480 without a reason
//	75   says-in-arrears           0  announcement of the state in_arrears in early media, Chinese and English, then 480 without a reason
//	76   says-cannot-answer        0  announcement of the state cannot_answer in early media, Chinese and English, then 480 without a reason
//	77   says-number-changed       0  announcement of the state number_changed in early media, Chinese and English, then 480 without a reason
//	78   says-line-fault           0  announcement of the state line_fault in early media, Chinese and English, then 480 without a reason
//	79   says-call-later           0  announcement of the state call_later in early media, Chinese and English, then 480 without a reason
//	81   unobtainable-tone         0  183 with the tone of an unobtainable number for 4 s, then 480
//	82   call-waiting-tone         0  183 with the call-waiting tone for 10 s, then as interested
//	83   ring-back-music           0  183 with music until the answer, 6-10 s, then as interested
//	84   ring-back-music-480       0  183 with music for 8 s, then the announcement that nobody answers, then 480
//	85   busy-tone-480             0  183 with busy tone for 5 s, then 480
//	86   congestion-tone-480       0  183 with congestion tone for 5 s, then 480
//
// Before the answer a call waits (post-dial delay, 0.3-1.5 s) and rings (2-12 s), both times Config.TimeScale; three
// numbers in ten hear ring-back in early media instead of 180. Refusals and hang-ups carry a Q.850 Reason header for six
// numbers in ten, and always for a number with a code. Announcements and tones are played at real speed, and people talk at
// real speed, whatever the scale.
//
// # What it measures
//
// Every call leaves a [Call]: who ended it and when, packets and their gaps, and for each thing the callee said when the
// robot replied ([Utterance.Latency]) and, when it was interrupted, when it stopped ([Utterance.BargeInStop]). Both are
// taken from the samples sent and received at the callee's end, so they hold everything in between: recogniser, robot,
// switch and network. Voiced means 5 ms over -40 dBFS.
//
// # How it is built
//
// [Planner.Plan] is pure and decides everything about a call beforehand. A talker, also pure, lives through the plan in
// frames of 20 ms. A leg plays and listens; a few pacer goroutines tick all legs. A call walks through SIP.
package carriersim
