/// The types of Frictionless Table Schema, and what was read of a field's `format`.
enum FieldType: UInt8, Sendable, CaseIterable {
    case string, email, uri, binary, uuid
    case number, integer, boolean
    case object, array, list
    case date, looseDate, patternDate
    case time, looseTime, patternTime
    case datetime, looseDatetime, patternDatetime
    case year, yearmonth, duration
    case geopoint, geopointArray, geopointObject
    case geojson, topojson
    case any

    /// Whether values have an order, for `minimum` and `maximum`.
    var isOrdered: Bool {
        switch self {
        case .number, .integer, .date, .looseDate, .patternDate, .time, .looseTime, .patternTime,
            .datetime, .looseDatetime, .patternDatetime, .year, .yearmonth, .duration:
            true
        default: false
        }
    }
}
