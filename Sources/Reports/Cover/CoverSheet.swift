/// The sheet that goes with a claim file when it is handed to billing (`waybill claims collect`).
///
/// It names the file, proves its content, and has a line for the signature of whoever takes it.
public struct CoverSheet: Codable, Sendable, Hashable {
    /// The clinic.
    public var site: String
    /// The batch that made the file.
    public var batch: String
    /// The destination it lies at.
    public var destination: String
    /// The file's name.
    public var file: String
    /// 64 hexadecimal digits.
    public var sha256: String
    /// Its size.
    public var bytes: Int
    /// Claims in it.
    public var claims: Int
    /// What they come to, in cents.
    public var cents: Int
    /// Its control numbers, by what they are: (`ISA13`, `000000017`).
    public var controls: [Control]
    /// Who collects it, by the name of the account.
    public var collectedBy: String
    /// When, as local time with offset.
    public var collectedAt: String

    /// One control number.
    public struct Control: Codable, Sendable, Hashable {
        /// The element: `ISA13`, `GS06`, `ST02`.
        public var element: String
        /// The number as it stands in the file.
        public var number: String

        /// Names a control number.
        public init(element: String, number: String) {
            self.element = element
            self.number = number
        }
    }

    /// Makes a cover sheet.
    public init(
        site: String, batch: String, destination: String, file: String, sha256: String, bytes: Int,
        claims: Int, cents: Int, controls: [Control], collectedBy: String, collectedAt: String
    ) {
        self.site = site
        self.batch = batch
        self.destination = destination
        self.file = file
        self.sha256 = sha256
        self.bytes = bytes
        self.claims = claims
        self.cents = cents
        self.controls = controls
        self.collectedBy = collectedBy
        self.collectedAt = collectedAt
    }
}
