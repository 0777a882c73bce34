/// One record in the clinic's own vocabulary: a tree of entities with their fields.
///
/// Names are those of `schemas/canonical.yaml`, after FHIR R4: `patient.birthDate`. Values are
/// canonical text: ISO 8601 dates and times, plain decimals, canonical codes.
public struct Canonical: Sendable, Hashable {
    /// One entity's fields, and the entities that repeat within it.
    public struct Node: Sendable, Hashable {
        /// The entity: `diagnosticReport`, `observation`.
        public var entity: String
        /// The index in `nodes` of the node around it; nil for the first.
        public var parent: Int?
        /// Field → value, by full canonical name.
        public var fields: [Field]

        /// Makes a node.
        public init(entity: String, parent: Int? = nil, fields: [Field] = []) {
            self.entity = entity
            self.parent = parent
            self.fields = fields
        }
    }

    /// One field's value.
    public struct Field: Sendable, Hashable {
        /// The full canonical name: `patient.identifier.mrn`.
        public var name: String
        /// The value; nil is an explicit deletion (HL7 `""`). A field not stated is not listed.
        public var value: String?

        /// Makes a field.
        public init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// The nodes, parents before children; the first is the record itself.
    public var nodes: [Node]

    /// Makes a record.
    public init(nodes: [Node]) { self.nodes = nodes }

    /// The entity of the record.
    public var entity: String { nodes.first?.entity ?? "" }

    /// The first value of `name` in the record's own fields, then in any node; nil when absent.
    public func value(_ name: String) -> String? {
        // Most names that are asked for are not there: lengths tell most of them apart.
        let length = name.utf8.count
        for node in nodes.indices {
            for field in nodes[node].fields.indices
            where nodes[node].fields[field].name.utf8.count == length
                && nodes[node].fields[field].name == name
            {
                return nodes[node].fields[field].value
            }
        }
        return nil
    }

    /// The nodes that lie directly within node `index` and are of `entity`.
    public func children(of index: Int, entity: String) -> [Int] {
        nodes.indices.filter { nodes[$0].parent == index && nodes[$0].entity == entity }
    }
}
