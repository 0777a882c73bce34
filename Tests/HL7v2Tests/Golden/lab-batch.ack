# The answer's file: the sender's and the receiver's names change places whole, components and all.
# FHS-11 is a number of our own, FHS-12 the number of the file that is answered.
FHS|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||||1|F77
# BHS-10 tells the sender what its own trailer says and what there was. The messages are taken all the
# same: a wrong count is a reason to ask, not to lose results.
BHS|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000|||BTS-1 declares 7, counted 6|1|B78
# 1. Taken. MSH-9 names the event that is answered, MSH-10 is ours, MSA-2 is the sender's MSH-10.
MSH|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||ACK^R01^ACK|1|P|2.5.1
MSA|AA|L1001
# 2. A corrected result is taken like any other; what it replaces is a matter of the chart.
MSH|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||ACK^R01^ACK|2|P|2.5.1
MSA|AA|L1002
# 3. Seen before: the first answer again, so that the sender stops sending.
MSH|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||ACK^R01^ACK|3|P|2.5.1
MSA|AA|L0999
# 4. Content at fault: AE, and one ERR for each fault with its place (ERR-2), table 0357 (ERR-3), table
# 0516 (ERR-4), our own code (ERR-5), what is wrong and what to do (ERR-7 and 8), and no patient's value.
MSH|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||ACK^R01^ACK|4|P|2.5.1
MSA|AE|L1003
ERR||PID^1^7^1|102^Data type error^HL70357|E|HL7-405^^99WAYBILL||a value is no date and time of the calendar|Ask the sender for YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ].
ERR||OBX^2^5^1|102^Data type error^HL70357|E|HL7-401^^99WAYBILL||a value is no number|Ask the sender for digits with an optional sign and point (NM).
# 5. Up to 2.4 one ERR with ERR-1: segment, its number, field (none: the segment itself), code. The
# header has no structure in MSH-9 and goes back in 2.3.
MSH|^~\&|EHR|CLINIC|ACMELAB|ACME|20261120020000+0000||ACK|5|P|2.3
MSA|AE|L1004
ERR|OBR^1^^100
# 6. Enhanced mode with both conditions AL: first the receipt (CR: it cannot be processed at all), then
# the application's answer, which tells why.
MSH|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||ACK^P01^ACK|6|P|2.5.1
MSA|CR|L1005
MSH|^~\&|EHR|CLINIC|ACMELAB^2.16.840.1.113883.19.1^ISO|ACME|20261120020000+0000||ACK^P01^ACK|7|P|2.5.1
MSA|AR|L1005
ERR||MSH^1^9^1^1|200^Unsupported message type^HL70357|E|HL7-104^^99WAYBILL||the message type is not supported|Correct MSH-9.1, or ask for this message to be described in schemas/hl7v2.
# Seven answers to six messages, and they are counted.
BTS|7
FTS|1
