# White space, separators and comments where they may stand.
@0x9a00000000000022 ;

struct   A{a@0:UInt8;b@1:Text="x";c@2:List(Int8)=[1,2,];d@3:B=(x=1,);}struct B{x@0:Int8;}
struct C
{
  a
    @0
    :UInt8
    =
    5
    ;
  b @1 :List( # comment
    List( Text ) ) = [ # another
      [ "a" , "b" ] , [ ] ] ;
  c @2 :Box ( Text ) ;
}
struct Box ( T ) { it @0 :T ; }
	struct	Tabs	{	a	@0	:Int8;	}
interface I{a@0(x:Int8,y:Int8)->(z:Int8);b@1()->();}
