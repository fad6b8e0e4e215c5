"""What a teacher sits down with: their groups, whom to talk to and about what, the skill grid."""
